"""Programs that this machine has already, and whether they fit the pins."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from operations.toolchain.recipes import Asks, Beside, Fit, Plugin, Recipe

_PATIENCE_SECONDS = 10
_VERSION = re.compile(r"\bv?(\d+)\.(\d+)\.(\d+)\b")


def find(name: str, recipe: Recipe, version: str) -> Path | None:
    """An installed program of the fitting version, if there is one."""
    fit: Fit = dict(recipe.programs)[name]
    match fit:
        case Asks():
            return _asked(name, fit, version)
        case Beside(program=program):
            other = find(program, recipe, version)
            return _executable(other.resolve().with_name(name)) if other else None
        case Plugin(name=plugin):
            home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
            return _executable(home / "plugins" / f"resource-{plugin}-v{version}" / name)


def says(command: list[str]) -> str:
    """What a program prints about itself; nothing, if it cannot be run or does not end."""
    quiet = {"PULUMI_SKIP_UPDATE_CHECK": "true", "GOTOOLCHAIN": "local"}
    try:
        done = subprocess.run(  # noqa: S603 - found on the user's own PATH
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_SECONDS,
            env=os.environ | quiet,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def _asked(name: str, asks: Asks, version: str) -> Path | None:
    path = shutil.which(name)
    if path is None:
        return None
    have = _VERSION.search(says([path, *asks.arguments]))
    want = _VERSION.search(version)
    if have is None or want is None:
        return None
    parts = 3 if asks.exactly else 2
    return Path(path) if have.groups()[:parts] == want.groups()[:parts] else None


def _executable(path: Path) -> Path | None:
    return path if os.access(path, os.X_OK) else None
