"""An operation's journal on disk: what is acknowledged is in it, whatever is killed.

The first line says what the journal is about, each further line holds what the engine sent at once,
and a last one the state that came of it all. A line that is cut short was never acknowledged.
"""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What a journal is about."""

    operation: str
    base: str
    """The digest of the state that the operation began with."""
    began: int
    engine: str
    format: int = _FORMAT


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A journal, read back."""

    head: Head
    entries: tuple[Mapping[str, Any], ...]
    result: str | None
    """The digest of the state that it has become; None: it has not."""


class Journal:
    """A journal that is being written; a context."""

    def __init__(self, path: Path, head: Head) -> None:
        self._path = path
        self._head = head
        self._lock = threading.Lock()
        self._file = -1

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file = os.open(self._path, flags, 0o600)
        self._append(json.dumps(asdict(self._head)).encode())
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def add(self, batch: bytes) -> None:
        """Keep what the engine has sent, one document of JSON; on return it is on the disk."""
        self._append(batch.replace(b"\n", b" "))

    def _append(self, line: bytes) -> None:
        with self._lock:
            _write(self._file, line)


def conclude(path: Path, result: str) -> None:
    """Say what the journal has become, before that takes the state's place."""
    content = path.read_bytes()
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.ftruncate(file, content.rfind(b"\n") + 1)
        _write(file, json.dumps({"result": result}).encode())
    finally:
        os.close(file)


def read(path: Path) -> Written | None:
    """A journal as far as it was acknowledged; None if it had not even begun."""
    head, *rest = _lines(path.read_bytes()) or (None,)
    if head is None:
        return None
    entries = tuple(entry for line in rest for entry in line.get("entries") or ())
    results = [line["result"] for line in rest if "result" in line]
    return Written(head=Head(**head), entries=entries, result=results[-1] if results else None)


def _lines(content: bytes) -> list[dict[str, Any]]:
    whole, _, _ = content.rpartition(b"\n")
    return [json.loads(line) for line in whole.split(b"\n")] if whole else []


def _write(file: int, line: bytes) -> None:
    """All of it or nothing, and on the disk."""
    before = os.fstat(file).st_size
    left = memoryview(line + b"\n")
    try:
        while left:
            left = left[os.write(file, left) :]
        os.fdatasync(file)
    except OSError:
        os.ftruncate(file, before)
        raise
