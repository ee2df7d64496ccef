"""Servers that outlive the command that started them, and are never mistaken for another process.

A server writes down which process it is before it becomes the server, so that there is no moment
at which an interrupted command leaves one behind unknown. A process is its number and its starting
time: a number that the system has given to somebody else since is not ours, and is left alone.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from operations.sandbox.layout import Layout

_PROC = Path("/proc")
_LINUX = sys.platform == "linux"
_BECOME = """
umask 077
cd "$1" && shift && identify > "$0.new" && mv "$0.new" "$0" && exec "$@"
"""
"""Shell: go to the working directory, write down number and starting time, become the server."""
_IDENTIFY_LINUX = """
identify() {
  echo "$$"
  read -r line < /proc/sys/kernel/random/boot_id && echo "$line"
  read -r line < "/proc/$$/stat" && echo "$line"
}
"""
_IDENTIFY_ELSEWHERE = """
identify() { echo "$$"; ps -o lstart= -p "$$"; }
"""
_POLL = 0.02
_STANDARD_ERROR = 2
_LAST_PATIENCE = 10.0
_LOG_LIMIT = 8 * 2**20
_children: set[int] = set()
"""Servers started by this very process: a parent must collect them when they end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One server of the control plane."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A process, told apart from every other that has had or will have its number."""

    pid: int
    started: str


def start(layout: Layout, program: Program) -> None:
    """Start a server in a session of its own: an interrupt at the terminal does not reach it."""
    log = layout.log(program.name)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.unlink()
    record = layout.process_file(program.name)
    record.unlink(missing_ok=True)
    script = (_IDENTIFY_LINUX if _LINUX else _IDENTIFY_ELSEWHERE) + _BECOME
    words = ["sh", "-c", script, record, layout.run, *program.command]
    pid = os.posix_spawn(
        "/bin/sh",
        [str(word) for word in words],
        program.environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
            *((os.POSIX_SPAWN_CLOSE, descriptor) for descriptor in _handed_down()),
        ],
        setsid=True,
        setsigdef=[signal.SIGPIPE],
    )
    _children.add(pid)
    while not record.exists() and not _collected(pid):
        time.sleep(_POLL / 10)


def _handed_down() -> list[int]:
    """What our own parent left open for its children: a lock or a pipe would be held for days."""
    found = []
    for descriptor in (int(entry.name) for entry in Path("/dev/fd").iterdir()):
        with contextlib.suppress(OSError):  # the listing's own, closed by now
            if descriptor > _STANDARD_ERROR and os.get_inheritable(descriptor):
                found.append(descriptor)
    return found


def find(layout: Layout, name: str) -> Process | None:
    """The server's process if it is alive."""
    recorded = _recorded(layout.process_file(name))
    if recorded is None or _current(recorded.pid) != recorded:
        return None
    return recorded


def stop(layout: Layout, name: str, patience: float) -> bool:
    """Ask a server to end, then end it; whether there was one."""
    process = find(layout, name)
    if process is None:
        layout.process_file(name).unlink(missing_ok=True)
        return False
    with _signalling(process) as send:
        send(signal.SIGTERM)
        if not _gone(process, patience):
            send(signal.SIGKILL)
            _gone(process, _LAST_PATIENCE)
    layout.process_file(name).unlink(missing_ok=True)
    return True


def tail(layout: Layout, name: str, lines: int = 5) -> str:
    """The last lines of a server's log, for an error message."""
    try:
        text = layout.log(name).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line[:300]}" for line in text.splitlines()[-lines:])


def memory(process: Process) -> int | None:
    """Resident memory in bytes, where the system tells."""
    try:
        pages = (_PROC / str(process.pid) / "statm").read_text(encoding="utf-8").split()[1]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _gone(process: Process, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while _current(process.pid) == process:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


@contextlib.contextmanager
def _signalling(process: Process) -> Iterator["_Send"]:
    """A way to signal this process and no other, even if it ends meanwhile."""
    if not hasattr(os, "pidfd_open"):
        yield _Send(process, None)
        return
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        yield _Send(process, None)
        return
    try:
        yield _Send(process, handle)
    finally:
        os.close(handle)


class _Send:
    """Sends signals to one process; a handle is bound to it for good, a number is checked first."""

    def __init__(self, process: Process, handle: int | None) -> None:
        self._process = process
        self._handle = handle

    def __call__(self, number: signal.Signals) -> None:
        if _current(self._process.pid) != self._process:
            return
        with contextlib.suppress(ProcessLookupError):
            if self._handle is None:
                os.kill(self._process.pid, number)
            else:
                signal.pidfd_send_signal(self._handle, number)


def _recorded(path: Path) -> Process | None:
    """Read what a server wrote before it became one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].isdigit():
        return None
    pid = int(lines[0])
    if not _LINUX:
        return Process(pid=pid, started=" ".join(lines[1:]).strip())
    if len(lines) != 3:  # noqa: PLR2004 - number, boot, stat
        return None
    return Process(pid=pid, started=f"{lines[1]}:{_starting_tick(lines[2])}")


def _current(pid: int) -> Process | None:
    """The process that has this number now; one that has ended but is not collected is none.

    While its other threads are still ending, though, it may hold its port.
    """
    _collected(pid)
    if not _LINUX:
        return _current_elsewhere(pid)
    home = _PROC / str(pid)
    try:
        stat = (home / "stat").read_text(encoding="utf-8", errors="replace")
        threads = len(list((home / "task").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return None
    if stat.rpartition(")")[2].split()[0] in {"Z", "X"} and threads <= 1:
        return None
    boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    return Process(pid=pid, started=f"{boot}:{_starting_tick(stat)}")


def _collected(pid: int) -> bool:
    """Whether this was a child of ours that has ended; its parent must collect it."""
    if pid not in _children:
        return False
    try:
        ended = os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        ended = True
    if ended:
        _children.discard(pid)
    return ended


def _current_elsewhere(pid: int) -> Process | None:
    told = subprocess.run(  # noqa: S603 - a number
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    ).stdout.split(maxsplit=1)
    if len(told) != 2 or told[0].startswith("Z"):  # noqa: PLR2004 - state, starting time
        return None
    return Process(pid=pid, started=told[1].strip())


def _starting_tick(stat: str) -> str:
    """Field 22 of /proc/PID/stat; field 2, the name, may contain anything."""
    return "".join(stat.rpartition(")")[2].split()[19:20])
