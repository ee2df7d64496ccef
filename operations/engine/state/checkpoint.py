"""The file in which the engine's file backend keeps a state between two operations."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.engine.state.place import Place
from operations.engine.state.replay import State

_ATTRIBUTES = ".attrs"
"""Beside each of its files the backend may keep one that tells of the content."""


def read(content: bytes) -> State:
    """The state that a file holds; an empty one before the first deployment."""
    document = json.loads(content)
    checkpoint = document.get("checkpoint") or {}
    features = frozenset(document.get("features") or ())
    return State(deployment=checkpoint.get("latest") or {}, features=features)


def written(state: State, name: str) -> bytes:
    """The file's content."""
    document: dict[str, Any] = {"version": state.version}
    if state.features:
        document["features"] = sorted(state.features)
    document["checkpoint"] = {"stack": name, "latest": state.deployment}
    return encoded(document)


def encoded(document: Mapping[str, Any]) -> bytes:
    """Without a blank, as the backend does it."""
    return json.dumps(document, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """What tells one content from another."""
    return hashlib.sha256(content).hexdigest()


def replace(place: Place, content: bytes) -> None:
    """Put a state in the place of another at once, and keep that one beside it."""
    kept = place.checkpoint.with_name(f"{place.checkpoint.name}.bak")
    shutil.copyfile(place.checkpoint, kept)
    kept.chmod(0o600)
    put(place.checkpoint, content)


def put(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, entirely or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    path.with_name(path.name + _ATTRIBUTES).unlink(missing_ok=True)
