"""One build: a pinned module in, a finished directory of programs out, or nothing at all."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from operations.child import Ended, run_logged
from operations.errors import UserError
from operations.progress import Step
from operations.toolchain.recipes import ModuleFile, Recipe, pinned

_ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}
_FOREIGN = ("GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT")
_STALE = "{{if .Stale}}stale {{.ImportPath}} {{.StaleReason}}{{end}}"
_CACHED = "available in build cache"
_HINTS = (
    ("no space left on device", "free some disk: a build from nothing needs about 8 GB"),
    ("signal: killed", "free some memory: the largest link step needs about 3 GB"),
    ("dial tcp", "let this machine reach a Go module proxy (GOPROXY is respected)"),
    ("proxyconnect", "check the proxy settings of this machine (HTTPS_PROXY)"),
    ("SECURITY ERROR", "a module differs from its committed hash: trust neither, ask a maintainer"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    """A recipe, and where it is built."""

    recipe: Recipe
    sources: Path
    go: Path
    log: Path

    @property
    def folder(self) -> Path:
        """The module that is built."""
        return self.sources / self.recipe.folder

    @property
    def flags(self) -> list[str]:
        """The flags that `go list` and `go build` must share, so that one predicts the other."""
        version = pinned(self.recipe, self.sources)
        major, minor, *_ = version.split(".")
        ldflags = self.recipe.ldflags.format(version=version, major=major, minor=minor)
        tags = [f"-tags={self.recipe.tags}"] if self.recipe.tags else []
        return ["-mod=readonly", "-trimpath", f"-ldflags=-s -w {ldflags}".rstrip(), *tags]


def build(job: Build, target: Path, step: Step) -> None:
    """Build into `target`, which appears at once and complete."""
    job.log.unlink(missing_ok=True)
    with _workplace(target) as work:
        out = work / "out"
        out.mkdir()
        flags = [*job.flags, *_overlay(job, work, step)]
        packages = _to_compile(job, flags, step)
        _compile(job, flags, out, packages, step)
        for copy in job.recipe.copies:
            script = shutil.copyfile(_module_file(job, copy, step), out / Path(copy.path).name)
            script.chmod(0o755)
        out.rename(target)


@contextlib.contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """A directory beside the target for half-made things; what a killed build left goes first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(".building-*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as work:
        yield Path(work)


def _compile(job: Build, flags: list[str], out: Path, packages: frozenset[str], step: Step) -> None:
    """Run the compiler, counting the packages that it names."""
    done: set[str] = set()

    def count(line: str) -> None:
        _say_download(line, step)
        if line in packages:
            done.add(line)
            if len(done) < len(packages):
                step.count(len(done), len(packages), "packages")
            else:
                step.detail("linking")

    step.detail("linking")
    wanted = job.recipe.packages
    only = dict(job.recipe.programs) if len(wanted) == 1 else {}
    output = out / next(iter(only)) if only else out
    _go(job, ["build", "-v", *flags, "-o", f"{output}{'' if only else '/'}", *wanted], count)


def _to_compile(job: Build, flags: list[str], step: Step) -> frozenset[str]:
    """The packages that the compiler will name: those that its cache does not have."""
    stale: set[str] = set()

    def note(line: str) -> None:
        _say_download(line, step)
        if line.startswith("stale ") and _CACHED not in line:
            stale.add(line.split()[1])

    step.detail("resolving")
    _go(job, ["list", "-deps", *flags, "-f", _STALE, *job.recipe.packages], note)
    return frozenset(stale)


def _overlay(job: Build, work: Path, step: Step) -> list[str]:
    """Show the compiler files that only a module has, without writing into the clone."""
    if not job.recipe.embeds:
        return []
    files = {
        str(job.folder / Path(file.path).name): str(_module_file(job, file, step))
        for file in job.recipe.embeds
    }
    overlay = work / "overlay.json"
    overlay.write_text(json.dumps({"Replace": files}), "utf-8")
    return [f"-overlay={overlay}"]


def _module_file(job: Build, file: ModuleFile, step: Step) -> Path:
    """Where the downloaded module has a file."""
    lines: list[str] = []

    def keep(line: str) -> None:
        _say_download(line, step)
        lines.append(line)

    _go(job, ["mod", "download", file.module], keep)
    _go(job, ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", file.module], keep)
    return Path(lines[-1]) / file.path


def _say_download(line: str, step: Step) -> None:
    if line.startswith("go: downloading "):
        step.detail(line.removeprefix("go: "))


def _go(job: Build, arguments: list[str], each_line: Callable[[str], None]) -> None:
    """Run Go in the module's folder; its failure is a message with the last lines."""
    environment = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    command = [str(job.go), *arguments]
    ended = run_logged(command, job.log, each_line, job.folder, environment | _ENVIRONMENT)
    if ended.code:
        raise UserError(_failure(job, ended))


def _failure(job: Build, ended: Ended) -> str:
    """What a person needs to know about a build that failed."""
    lines = "\n".join(f"    {line}" for line in ended.tail)
    said = lines.casefold()
    hints = [hint for sign, hint in _HINTS if sign.casefold() in said]
    return (
        f"{job.recipe.folder} could not be built: {job.go} ended with {ended.code}\n{lines}\n"
        f"  the whole log: {job.log}\n"
        f"  what to do: {'; '.join(hints) or 'read the log'}; then run it again, "
        f"what is compiled already is kept"
    )
