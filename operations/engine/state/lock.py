"""The file backend's lock on a stack, taken as the engine takes it."""

import contextlib
import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from operations.engine.holders import Holder
from operations.engine.state.checkpoint import encoded, put
from operations.engine.state.place import Place


class LockedError(Exception):
    """Others are at work on the stack."""

    def __init__(self, holders: tuple[Holder, ...]) -> None:
        super().__init__(", ".join(map(str, holders)))
        self.holders = holders


@contextlib.contextmanager
def held(place: Place) -> Iterator[None]:
    """Hold the stack for as long as a block runs; whoever else holds it is the error."""
    mine = place.locks / f"{uuid.uuid4()}.json"
    _refuse_others(place, mine)
    place.locks.mkdir(mode=0o700, parents=True, exist_ok=True)
    put(mine, _content())
    try:
        _refuse_others(place, mine)
        yield
    finally:
        mine.unlink(missing_ok=True)


def holders(place: Place) -> dict[Path, Holder]:
    """Whoever says to hold the stack."""
    found = {}
    for path in sorted(place.locks.glob("*.json")):
        with contextlib.suppress(FileNotFoundError):
            said = json.loads(path.read_bytes())
            found[path] = Holder(
                user=said["username"],
                host=said["hostname"],
                pid=said["pid"],
                since=said["timestamp"],
            )
    return found


def _refuse_others(place: Place, mine: Path) -> None:
    others = tuple(holder for path, holder in holders(place).items() if path != mine)
    if others:
        raise LockedError(others)


def _content() -> bytes:
    return encoded(
        {
            "pid": os.getpid(),
            "username": getpass.getuser(),
            "hostname": socket.gethostname(),
            "timestamp": datetime.now(UTC).isoformat(),
        }
    )
