"""What was rehearsed before, by the hash of what it was made from; it holds no secret."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from components import machine

_KEPT = 200
"""Documents; the ones that nobody has asked for the longest go."""


def _directory() -> Path:
    return machine.directory() / "verdict"


def recalled(key: str) -> dict[str, Any] | None:
    """What was stored; None if nothing was, or it cannot be read."""
    path = _directory() / f"{key}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        os.utime(path)
    except (OSError, ValueError):
        return None
    return found


def store(key: str, document: Mapping[str, Any]) -> None:
    """Keep it for the next time; whole or not at all."""
    directory = _directory()
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=directory, delete=False, encoding="utf-8") as file:
        file.write(json.dumps(document))
    Path(file.name).rename(directory / f"{key}.json")
    every = sorted(directory.glob("*.json"), key=_age)
    for path in every[:-_KEPT]:
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    with suppress(FileNotFoundError):  # another verdict has just removed it
        return path.stat().st_mtime
    return 0
