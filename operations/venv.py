"""Virtual environments from hashed locks, made whole or not at all; standard library only.

`python3 -m operations.venv` makes the clone's own `.venv`: it runs before anything is installed.
"""

import hashlib
import json
import shutil
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from operations.child import Ended, run_logged
from operations.errors import EXIT_ERROR, UserError
from operations.filelock import exclusive

CLONE = Path(__file__).resolve().parent.parent
_STAMP = "made-from"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
_INSTALL = ("install", "--progress-bar=off", "--no-deps")
_REWRITE = "\r\x1b[K"
_TAMPERED = "a package differs from its committed hash: trust neither, ask a maintainer"
_UNREACHED = (
    "pip needs a package index that it can reach (its usual settings hold), and Python needs venv "
    "(Debian: apt install python3-venv)"
)
_METADATA = ("build-system", "project", "dependency-groups")

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """A virtual environment: where it is, the lock it is made from, the project it runs."""

    directory: Path
    lock: Path
    project: Path | None = None

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.directory / "bin" / "python"

    @property
    def log(self) -> Path:
        """What pip said."""
        return self._beside("log")

    @property
    def guard(self) -> Path:
        """The lock file that one builder holds."""
        return self._beside("lock")

    def _beside(self, what: str) -> Path:
        name = f"{self.directory.name.lstrip('.')}.{what}"
        if self.project:
            return self.project / ".ml-platform" / name
        return self.directory.with_name(name)


OWN = Environment(directory=CLONE / ".venv", lock=CLONE / "requirements-dev.lock", project=CLONE)
"""The clone's own environment."""


def wanted(environment: Environment) -> dict[str, str]:
    """What the environment must be made from, by part: its packages, and the project in it."""
    lines = environment.lock.read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.lstrip().startswith("#")]
    parts = {"packages": "\n".join([str(environment.directory), *pins])}
    if environment.project:
        settings = tomllib.loads((environment.project / "pyproject.toml").read_text("utf-8"))
        parts["project"] = json.dumps([settings.get(key) for key in _METADATA], sort_keys=True)
    return {part: hashlib.sha256(text.encode()).hexdigest() for part, text in parts.items()}


def stale(environment: Environment) -> tuple[str, ...]:
    """Which parts of the environment are absent or made from something else; none: it is fresh."""
    want = wanted(environment)
    try:
        have = json.loads((environment.directory / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        have = {}
    if not environment.python.exists() or have.get("packages") != want["packages"]:
        return tuple(want)
    return tuple(part for part in want if have.get(part) != want[part])


def ensure(environment: Environment, say: Say) -> bool:
    """Make the environment if it is not fresh; false if there was nothing to do."""
    if not stale(environment):
        return False
    with exclusive(environment.guard, lambda who: say(f"waiting for {who}")):
        parts = stale(environment)
        if "packages" in parts:
            _make(environment, say)
        if parts and environment.project:
            say("the project itself")
            arguments = ("--no-build-isolation", "-e", str(environment.project))
            _pip(environment, [*_INSTALL, *arguments], lambda _line: None)
        text = json.dumps(wanted(environment), indent=1)
        (environment.directory / _STAMP).write_text(text, "utf-8")
        return bool(parts)


def _make(environment: Environment, say: Say) -> None:
    """Start from nothing, so that what is not in the lock is not in the environment."""
    say("virtual environment")
    (environment.directory / _STAMP).unlink(missing_ok=True)
    if environment.directory.exists():
        shutil.rmtree(environment.directory)
    environment.log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "venv", str(environment.directory)]
    _check(environment, run_logged(command, environment.log, lambda _line: None))
    _install(environment, say)


def _install(environment: Environment, say: Say) -> None:
    """Install the lock: every file by its hash, as wheels only, so that nothing runs meanwhile."""
    total = environment.lock.read_text("utf-8").count("==")
    seen = 0

    def count(line: str) -> None:
        nonlocal seen
        if line.startswith("Collecting"):
            seen += 1
            say(f"{min(seen, total)} of {total} packages")
        elif line.startswith("Installing"):
            say(f"unpacking {total} packages")

    hashed = ("--require-hashes", "--only-binary=:all:", "--no-compile")
    _pip(environment, [*_INSTALL, *hashed, "-r", str(environment.lock)], count)


def _pip(environment: Environment, arguments: list[str], each_line: Say) -> None:
    command = [str(environment.python), *_PIP, *arguments]
    _check(environment, run_logged(command, environment.log, each_line))


def _check(environment: Environment, ended: Ended) -> None:
    if ended.code == 0:
        return
    lines = "\n".join(f"    {line}" for line in ended.tail)
    fix = _TAMPERED if "DO NOT MATCH THE HASHES" in lines else _UNREACHED
    message = (
        f"{environment.directory.name} could not be made from {environment.lock.name}:\n{lines}\n"
        f"  the whole log: {environment.log}\n"
        f"  what to do: {fix}; then run it again"
    )
    raise UserError(message)


def main() -> int:
    """Make the clone's environment, saying how far it is."""
    begun = time.monotonic()
    terminal = sys.stderr.isatty()

    def say(text: str) -> None:
        seconds = time.monotonic() - begun
        if terminal:
            sys.stderr.write(f"{_REWRITE}{seconds:6.1f} s  .venv: {text}")
            sys.stderr.flush()

    try:
        made = ensure(OWN, say)
    except UserError as error:
        sys.stderr.write(f"\n{error}\n")
        return EXIT_ERROR
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted; run it again, it starts afresh\n")
        return 130
    if made:
        seconds = time.monotonic() - begun
        again = _REWRITE if terminal else ""
        sys.stderr.write(f"{again}{seconds:6.1f} s  .venv is ready\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
