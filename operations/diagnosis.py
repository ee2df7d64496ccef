"""What this machine has and lacks for running stacks; looks, and changes nothing."""

import os
import shutil
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from operations.errors import UserError
from operations.sandbox import Status, status
from operations.toolchain import CONTROL_PLANE, ENGINE, Found, Toolchain
from operations.toolchain.go import from_wheel, installed, needed
from operations.venv import CLONE, OWN, stale

GIB = 2**30
BUILD_DISK = 8 * GIB
"""The compiler's cache, the modules and the programs, from nothing."""
RUN_DISK = 1 * GIB
BUILD_MEMORY = 3 * GIB
"""The largest link step."""
_OLDEST = (3, 11)


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    """Needs nobody: the next command mends it, or it can wait."""
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that was looked at; whatever is not well names its remedy."""

    subject: str
    level: Level
    says: str
    fix: str | None = None


def examine(toolchain: Toolchain, clone: Path = CLONE) -> tuple[Line, ...]:
    """Everything that a command could stumble over, in the order in which it would."""
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda name: toolchain.find([name])[0], (*ENGINE, *CONTROL_PLANE))
        programs = [program_line(each) for each in found]
    building = any(each.level is not Level.OK for each in programs)
    return (
        interpreter_line(sys.version_info[:2]),
        environment_line(stale(OWN) if clone == CLONE else ()),
        git_line(shutil.which("git")),
        *programs,
        go_line(toolchain, building=building),
        disk_line(toolchain.cache, BUILD_DISK if building else RUN_DISK),
        disk_line(clone, RUN_DISK),
        memory_line(memory(), building=building),
        loopback_line(),
        *former_lines(toolchain),
        *sandbox_lines(clone / ".ml-platform" / "sandbox"),
    )


def interpreter_line(version: tuple[int, ...]) -> Line:
    """The Python that runs this."""
    says = f"{'.'.join(map(str, version))} in {sys.prefix}"
    if version < _OLDEST:
        fix = "install Python 3.11 or newer, then `make setup PYTHON=…`"
        return Line(subject="python", level=Level.FAULT, says=says, fix=fix)
    return Line(subject="python", level=Level.OK, says=says)


def environment_line(parts: tuple[str, ...]) -> Line:
    """Whether the virtual environment is what the lock says."""
    if parts:
        says = f"not made from {OWN.lock.name} as it is now ({', '.join(parts)})"
        return Line(subject="environment", level=Level.FAULT, says=says, fix="make setup")
    return Line(subject="environment", level=Level.OK, says=f"as {OWN.lock.name} says")


def git_line(path: str | None) -> Line:
    """Git, from which a rehearsal takes its date."""
    if path is None:
        fix = "install git: a rehearsal takes its date from the last commit"
        return Line(subject="git", level=Level.FAULT, says="not on PATH", fix=fix)
    return Line(subject="git", level=Level.OK, says=path)


def program_line(found: Found) -> Line:
    """One program that runs stacks."""
    if found.origin == "missing":
        says = f"{found.version} is neither installed nor built yet"
        fix = "nothing: it is built when a command needs it, or now by `mlp setup`"
        return Line(subject=found.name, level=Level.NOTE, says=says, fix=fix)
    says = f"{found.version}, {found.origin}: {found.path}"
    return Line(subject=found.name, level=Level.OK, says=says)


def go_line(toolchain: Toolchain, *, building: bool) -> Line:
    """The compiler; only a build needs it."""
    at_least = max(needed(recipe, toolchain.sources) for recipe in toolchain.recipes)
    path = installed(at_least) or from_wheel(toolchain.cache)
    if path:
        return Line(subject="go", level=Level.OK, says=str(path))
    says = f"no Go {at_least[0]}.{at_least[1]} or newer"
    if building:
        fix = "nothing: it is installed from its wheel, in an environment of its own"
        return Line(subject="go", level=Level.NOTE, says=says, fix=fix)
    return Line(subject="go", level=Level.OK, says=f"{says}; nothing is left to build")


def disk_line(path: Path, need: int) -> Line:
    """Room for what is going to be written."""
    there = next(each for each in (path, *path.parents) if each.exists())
    free = shutil.disk_usage(there).free
    says = f"{free / GIB:.1f} GiB free, {need / GIB:.0f} needed: {path}"
    if not os.access(there, os.W_OK):
        fix = f"make {there} writable, or set ML_PLATFORM_CACHE to a directory that is"
        return Line(subject="disk", level=Level.FAULT, says=f"{there} is not writable", fix=fix)
    if free < need:
        fix = "free some disk, or set ML_PLATFORM_CACHE to a directory on a larger one"
        return Line(subject="disk", level=Level.FAULT, says=says, fix=fix)
    return Line(subject="disk", level=Level.OK, says=says)


def memory() -> int:
    """Bytes that a new process could have; where the system does not tell, all there are."""
    try:
        text = Path("/proc/meminfo").read_text("ascii")
    except OSError:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return int(fields["MemAvailable"].split()[0]) * 1024


def memory_line(available: int, *, building: bool) -> Line:
    """Memory for the largest step that is still to come."""
    need = BUILD_MEMORY if building else GIB
    says = f"{available / GIB:.1f} GiB available, {need / GIB:.0f} needed"
    if available < need:
        fix = "stop other programs, or other sandboxes: `mlp sandbox stop --all`"
        return Line(subject="memory", level=Level.FAULT, says=says, fix=fix)
    return Line(subject="memory", level=Level.OK, says=says)


def loopback_line() -> Line:
    """Whether a server may listen on the loopback address, where a sandbox lives."""
    try:
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
    except OSError as error:
        fix = "allow this user to listen on 127.0.0.1"
        return Line(subject="loopback", level=Level.FAULT, says=str(error), fix=fix)
    return Line(subject="loopback", level=Level.OK, says="127.0.0.1 can be listened on")


def former_lines(toolchain: Toolchain) -> tuple[Line, ...]:
    """Programs of pins that are no longer pinned here; another clone may still use them."""
    current = {toolchain.directory(recipe) for recipe in toolchain.recipes}
    former = [
        path
        for recipe in toolchain.recipes
        for path in (toolchain.cache / "tools").glob(f"{recipe.folder}-{'?' * 12}")
        if path not in current
    ]
    if not former:
        return ()
    size = sum(file.stat().st_size for path in former for file in path.iterdir())
    says = f"{size / GIB:.1f} GiB of programs from {len(former)} former pins"
    fix = f"rm -r {' '.join(map(str, former))}"
    return (Line(subject="cache", level=Level.NOTE, says=says, fix=fix),)


def sandbox_lines(home: Path) -> tuple[Line, ...]:
    """The sandboxes of this clone, and who answers on their ports."""
    directories = sorted(path.parent for path in home.glob("*/sandbox.json"))
    with ThreadPoolExecutor() as pool:
        return tuple(pool.map(_sandbox_line, directories))


def _sandbox_line(directory: Path) -> Line:
    subject = f"sandbox {directory.name}"
    try:
        there = status(directory)
    except UserError as error:
        return Line(
            subject=subject, level=Level.FAULT, says=str(error), fix="see the message above"
        )
    if there is None:
        return Line(subject=subject, level=Level.OK, says="removed just now")
    return sandbox_line(subject, there)


def sandbox_line(subject: str, there: Status) -> Line:
    """One sandbox: running, stopped, or half of each."""
    where = f"127.0.0.1:{there.port}"
    if there.running:
        says = f"running on {where}, {there.nodes_ready} of {there.nodes} nodes ready"
        return Line(subject=subject, level=Level.OK, says=says)
    if there.stopped and there.api.value == "silent":
        says = f"stopped; its port {there.port} is free"
        return Line(subject=subject, level=Level.OK, says=says)
    missing = f"; not running: {', '.join(there.missing)}" if there.missing else ""
    says = f"{where} is {there.api.value}{missing}"
    fix = f"mlp sandbox stop --stack {there.name}, then start it again"
    return Line(subject=subject, level=Level.FAULT, says=says, fix=fix)
