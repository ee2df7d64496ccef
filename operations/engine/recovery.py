"""After a run that was cut short: make state and cluster agree again, without ever guessing.

The engine writes down that it is about to create an object before it does, and that it has done so
after. Between the two it can be killed; then the object may exist although the state does not have
it. Creating it again would fail, and a provider that overwrites would hide the fault. So: wait for
what is being deleted, let the engine read what the state knows of, then find by label what it does
not know of. Those objects are imported by the next `up`, and deleted by the next `destroy`.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operations.engine.live import LiveObject
from operations.engine.program import Adopt

_POLL = 0.25
Key = tuple[str, str, str]
"""API group, kind, and `namespace/name`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terminating:
    """What does not go away although it was deleted."""

    objects: tuple[LiveObject, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.objects))


def recorded(deployment: Mapping[str, Any]) -> frozenset[Key]:
    """The Kubernetes objects that a state has."""
    return frozenset(
        (*_group_and_kind(resource["type"]), resource["id"])
        for resource in deployment.get("resources") or ()
        if resource["type"].startswith("kubernetes:") and resource.get("id")
    )


def pending(deployment: Mapping[str, Any]) -> int:
    """How many operations a state has begun and not ended."""
    return len(deployment.get("pending_operations") or ())


def orphans(live: Iterable[LiveObject], known: frozenset[Key]) -> dict[Key, LiveObject]:
    """What carries our labels and is in no state."""
    return {thing.key: thing for thing in live if thing.key not in known and not thing.terminating}


def adopting(found: Mapping[Key, LiveObject]) -> Adopt:
    """Tell the program which of its objects exist already."""

    def adopt(type_: str, inputs: Mapping[str, Any]) -> str | None:
        metadata = inputs.get("metadata")
        if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
            return None
        namespace = metadata.get("namespace")
        name = f"{namespace}/{metadata['name']}" if namespace else metadata["name"]
        thing = found.get((*_group_and_kind(type_), name))
        return thing.id if thing else None

    return adopt


def settled(
    look: Callable[[], Iterable[LiveObject]], patience: float, say: Callable[[str], None]
) -> Terminating | None:
    """Wait until nothing of ours is being deleted any more; what still is, after so long."""
    deadline = time.monotonic() + patience
    while going := tuple(thing for thing in look() if thing.terminating):
        if time.monotonic() > deadline:
            return Terminating(objects=going)
        say(f"waiting for {going[0]} to be deleted" + (f" (of {len(going)})" if going[1:] else ""))
        time.sleep(_POLL)
    return None


def _group_and_kind(type_: str) -> tuple[str, str]:
    """`kubernetes:apps/v1:Deployment` → `apps`, `Deployment`; the core group is the empty one."""
    _, version, kind = type_.split(":")
    group = version.rpartition("/")[0]
    return ("" if group == "core" else group), kind
