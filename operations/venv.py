"""Virtual environments from hashed locks, made whole or not at all; standard library only.

`python3 -m operations.venv` makes the clone's own `.venv`: it runs before anything is installed.
`--stack prod` adds the cloud SDK that the stack needs, `--clouds` those of every cloud, `--dev`
what tests and checks run with.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
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
_CLOUDS = {"eks": "aws", "aks": "azure"}
"""The extra that a provider needs."""
_PROVIDER = re.compile(r"\b(?:provider|from_stack):\s*[\"']?([\w-]+)")
"""Read with no parser: this runs before there is one."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """A virtual environment: where it is, the lock it is made from, the project it runs."""

    directory: Path
    lock: Path
    project: Path | None = None
    extras: tuple[Path, ...] = ()
    """Locks of the same resolution, installed on top; more than is asked for does no harm."""

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


OWN = Environment(directory=CLONE / ".venv", lock=CLONE / "requirements.lock", project=CLONE)
"""The clone's own environment."""


def wanted(environment: Environment) -> dict[str, str]:
    """What the environment must be made from, by part: its packages, and the project in it."""
    parts = {"packages": "\n".join([str(environment.directory), *_pins(environment.lock)])}
    parts |= {extra.name: "\n".join(_pins(extra)) for extra in environment.extras}
    if environment.project:
        settings = tomllib.loads((environment.project / "pyproject.toml").read_text("utf-8"))
        parts["project"] = json.dumps([settings.get(key) for key in _METADATA], sort_keys=True)
    return {part: hashlib.sha256(text.encode()).hexdigest() for part, text in parts.items()}


def _pins(lock: Path) -> list[str]:
    lines = lock.read_text("utf-8").splitlines()
    return [line for line in lines if not line.lstrip().startswith("#")]


def stale(environment: Environment) -> tuple[str, ...]:
    """Which parts of the environment are absent or made from something else; none: it is fresh."""
    want, have = wanted(environment), _stamped(environment)
    replaced = any(part in have and have[part] != want[part] for part in want if part != "project")
    if replaced or "packages" not in have or not environment.python.exists():
        return tuple(want)
    return tuple(part for part in want if have.get(part) != want[part])


def _stamped(environment: Environment) -> dict[str, str]:
    try:
        have: dict[str, str] = json.loads((environment.directory / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return have


def ensure(environment: Environment, say: Say) -> bool:
    """Make the environment if it is not fresh; false if there was nothing to do."""
    if not stale(environment):
        return False
    with exclusive(environment.guard, lambda who: say(f"waiting for {who}")):
        parts = stale(environment)
        kept = {} if "packages" in parts else _stamped(environment)
        if "packages" in parts:
            _make(environment, say)
        for extra in environment.extras:
            if extra.name in parts:
                _install(environment, extra, say)
        if "project" in parts and environment.project:
            say("the project itself")
            arguments = ("--no-build-isolation", "-e", str(environment.project))
            _pip(environment, [*_INSTALL, *arguments], lambda _line: None)
        text = json.dumps(kept | wanted(environment), indent=1)
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
    _install(environment, environment.lock, say)


def _install(environment: Environment, lock: Path, say: Say) -> None:
    """Install a lock: every file by its hash, as wheels only, so that nothing runs meanwhile."""
    total = lock.read_text("utf-8").count("==")
    seen = 0

    def count(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting", "Requirement already satisfied")):
            seen += 1
            say(f"{min(seen, total)} of {total} packages")
        elif line.startswith("Installing"):
            say(f"unpacking {total} packages")

    hashed = ("--require-hashes", "--only-binary=:all:", "--no-compile")
    _pip(environment, [*_INSTALL, *hashed, "-r", str(lock)], count)


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


def clouds_of(stack: str, project: Path = CLONE) -> set[str]:
    """The extras of the cloud that a stack is on; a stack that builds on another needs that one's.

    A file that is not there is the command's to speak of.
    """
    seen, todo, extras = set[str](), [stack], set[str]()
    while todo and (name := todo.pop()) not in seen:
        seen.add(name)
        file = Path(name) if name.endswith((".yaml", ".yml")) else project / f"Pulumi.{name}.yaml"
        words = _PROVIDER.findall(file.read_text("utf-8")) if file.is_file() else []
        extras |= {_CLOUDS[word] for word in words if word in _CLOUDS}
        todo += [word for word in words if word not in _CLOUDS]
    return extras


def main() -> int:
    """Make the clone's environment, saying how far it is."""
    parser = argparse.ArgumentParser(prog="make setup", description=__doc__)
    parser.add_argument("--stack", action="append", default=[], help="with the SDK of its cloud")
    parser.add_argument("--clouds", action="store_true", help="with every cloud's SDK")
    parser.add_argument("--dev", action="store_true", help="with what tests and checks run with")
    options = parser.parse_args()
    extras = set(_CLOUDS.values()) if options.clouds else set[str]()
    extras |= {"dev"} if options.dev else set[str]()
    extras = extras.union(*(clouds_of(stack) for stack in options.stack))
    locks = tuple(CLONE / f"requirements-{extra}.lock" for extra in sorted(extras))
    return _made_with_progress(replace(OWN, extras=locks))


def _made_with_progress(own: Environment) -> int:
    begun = time.monotonic()
    terminal = sys.stderr.isatty()

    def say(text: str) -> None:
        seconds = time.monotonic() - begun
        if terminal:
            sys.stderr.write(f"{_REWRITE}{seconds:6.1f} s  .venv: {text}")
            sys.stderr.flush()

    try:
        made = ensure(own, say)
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
