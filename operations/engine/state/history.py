"""What the file backend keeps of every operation that has ended: for `pulumi stack history`."""

import json
import time
from collections.abc import Mapping
from typing import Any

from operations.engine.state.checkpoint import encoded, put
from operations.engine.state.place import Place
from operations.engine.state.service import Told


def add(place: Place, kind: str, began: int, told: Told, content: bytes) -> None:
    """Keep how an operation ended, and the state that it left."""
    place.history.mkdir(mode=0o700, parents=True, exist_ok=True)
    metadata = told.request.get("metadata") or {}
    entry = {
        "kind": kind,
        "startTime": began,
        "message": metadata.get("message") or "",
        "environment": metadata.get("environment") or {},
        "config": _config(told.request.get("config") or {}),
        "version": 0,
        "result": told.status,
        "endTime": int(time.time()),
        **({"resourceChanges": told.changes} if told.changes else {}),
    }
    name = f"{place.stack}-{time.time_ns()}"
    put(place.history / f"{name}.history.json", encoded(entry))
    put(place.history / f"{name}.checkpoint.json", content)


def back_up(place: Place, content: bytes) -> None:
    """Keep a state apart from the stack's."""
    place.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    put(place.backups / f"{place.stack}.{time.time_ns()}.json", content)


def _config(sent: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """From the service's way to write configuration to the file's."""
    return {key: _value(value) for key, value in sorted(sent.items())}


def _value(sent: Mapping[str, Any]) -> Any:
    text = sent["string"]
    if sent.get("object"):
        return json.loads(text)
    return {"secure": text} if sent.get("secret") else text
