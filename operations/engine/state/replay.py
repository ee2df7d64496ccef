"""A journal played back onto the state that it began with; pure.

The engine tells what it begins and what comes of it. It names a resource by its place in the state
that the operation began with (`…Old`), or by the step that has made it since (`…New`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from operations.engine.state.references import Resource, rejoined, renamed

Entry = Mapping[str, Any]
"""One line of a journal, as the engine sends it."""

_PLAIN, _FEATURED = 3, 4
"""Versions of the format: one that every engine reads, one that lists what a reader must know."""
_FEATURES: Mapping[str, str] = {
    "extensionRef": "extensionParameterization",
    "refreshBeforeUpdate": "refreshBeforeUpdate",
    "replaceWith": "replaceWith",
    "resourceHooks": "hooks",
    "snippetID": "snippets-prototype",
    "taint": "taint",
    "viewOf": "views",
}
"""Attributes of a resource that not every engine understands."""
_BYTES = "byteString"
"""The one feature that cannot be seen: the bytes are encrypted."""
_CREATING = "creating"


class JournalError(ValueError):
    """A journal that speaks of what is not there."""


class Kind(IntEnum):
    """What an entry tells."""

    BEGIN = 0
    SUCCESS = 1
    FAILURE = 2
    REFRESHED = 3
    OUTPUTS = 4
    WRITE = 5
    SECRETS = 6
    REBUILT = 7
    EXTENSION = 8
    SNIPPETS = 9


_ENDS = (Kind.SUCCESS, Kind.FAILURE, Kind.REFRESHED)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A stack's state, in the engine's own words."""

    deployment: Mapping[str, Any] = field(default_factory=dict)
    features: frozenset[str] = frozenset()

    @property
    def version(self) -> int:
        """Of the format."""
        return _FEATURED if self.features else _PLAIN


def replayed(before: State, entries: Iterable[Entry], *, engine: str, now: str) -> State:
    """What a state has become; an entry that was sent twice counts once."""
    replay = _Replay(base=before.deployment, bytes=_BYTES in before.features)
    seen: set[int] = set()
    for entry in entries:
        if entry["sequenceID"] not in seen:
            seen.add(entry["sequenceID"])
            replay.add(entry)
    magic = hashlib.sha256(engine.encode()).hexdigest()
    manifest = {"time": now, "magic": magic, "version": engine}
    deployment = {"manifest": manifest, **replay.deployment()}
    return State(deployment=deployment, features=frozenset(_features(deployment, replay.bytes)))


@dataclass(kw_only=True, slots=True)
class _Replay:
    base: Mapping[str, Any]
    bytes: bool
    made: dict[int, Resource] = field(default_factory=dict)
    """By the step that has made it, in that order."""
    unmade: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    """Places in the base, as in the next two."""
    instead: dict[int, Resource] = field(default_factory=dict)
    marks: dict[int, dict[str, bool]] = field(default_factory=dict)
    begun: dict[int, Entry] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    read_back: bool = False

    def add(self, entry: Entry) -> None:
        self.bytes |= bool(entry.get("requiresByteString"))
        self.read_back |= bool(entry.get("isRefresh"))
        kind = Kind(entry["kind"])
        if kind in _ENDS:
            self.begun.pop(entry["operationID"], None)
        match kind:
            case Kind.BEGIN:
                self.begun[entry["operationID"]] = entry
            case Kind.SUCCESS:
                self._succeeded(entry)
            case Kind.REFRESHED:
                self._changed(entry)
            case Kind.OUTPUTS if entry.get("state"):
                self._changed(entry)
            case Kind.REBUILT:
                self._begin_anew()
            case other:
                self._rebase(other, entry)

    def deployment(self) -> dict[str, Any]:
        """Without its manifest."""
        resources: list[Resource] = [*self._resources()]
        if self.read_back:
            resources = [*rejoined(resources, self._parents())]
        resources, now = renamed(resources)
        snippets = [_pointed(snippet, now) for snippet in self.base.get("snippets") or ()]
        found = {
            "secrets_providers": self.base.get("secrets_providers"),
            "resources": resources,
            "pending_operations": [*self._pending()],
            "snippets": snippets,
            "extensions": {**self.extensions, **(self.base.get("extensions") or {})},
        }
        metadata = self.base.get("metadata") or {}
        return {key: value for key, value in found.items() if value} | {"metadata": metadata}

    def _succeeded(self, entry: Entry) -> None:
        if entry.get("state"):
            self.made[entry["operationID"]] = entry["state"]
        if (old := self._old(entry, "removeOld")) is not None:
            self.gone.add(old)
        if (new := self._new(entry, "removeNew")) is not None:
            self.unmade.add(new)
        for mark in ("delete", "pendingReplacement"):
            if (old := self._old(entry, f"{mark}Old")) is not None:
                self.marks.setdefault(old, {})[mark] = True
            if (new := self._new(entry, f"{mark}New")) is not None:
                self.made[new] = {**self.made[new], mark: True}

    def _changed(self, entry: Entry) -> None:
        """The resource is as the entry says; with a refresh that finds nothing, it is gone."""
        state = entry.get("state")
        if (old := self._old(entry, "removeOld")) is not None:
            if state:
                self.instead[old] = state
            else:
                self.gone.add(old)
        if (new := self._new(entry, "removeNew")) is not None:
            if state:
                self.made[new] = state
            else:
                self.unmade.add(new)

    def _rebase(self, kind: Kind, entry: Entry) -> None:
        """The base itself is another one, or has another part."""
        match kind:
            case Kind.WRITE:
                self.base = entry["newSnapshot"]
            case Kind.SECRETS:
                self.base = {**self.base, "secrets_providers": entry["secretsProvider"]}
            case Kind.SNIPPETS:
                self.base = {**self.base, "snippets": entry.get("snippets")}
            case Kind.EXTENSION:
                self.extensions[entry["extensionRef"]] = entry["extension"]

    def _begin_anew(self) -> None:
        """What was read back is the state that all further places are counted in."""
        fresh = _Replay(base=self.deployment(), bytes=self.bytes, read_back=self.read_back)
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))

    def _resources(self) -> Iterator[Resource]:
        yield from (state for step, state in self.made.items() if step not in self.unmade)
        for place, state in enumerate(self.base.get("resources") or ()):
            if place not in self.gone:
                yield {**self.instead.get(place, state), **self.marks.get(place, {})}

    def _pending(self) -> Iterator[Mapping[str, Any]]:
        """What has not ended; what an earlier operation has left so can only be settled by hand."""
        begun = sorted(self.begun.values(), key=lambda entry: int(entry["sequenceID"]))
        yield from (entry["operation"] for entry in begun if entry.get("operation"))
        for operation in self.base.get("pending_operations") or ():
            if operation["type"] == _CREATING:
                yield operation

    def _parents(self) -> dict[str, str]:
        known = (*self.made.values(), *(self.base.get("resources") or ()))
        return {state["urn"]: state.get("parent", "") for state in known}

    def _old(self, entry: Entry, key: str) -> int | None:
        place: int | None = entry.get(key)
        if place is not None and not 0 <= place < len(self.base.get("resources") or ()):
            message = f"entry {entry['sequenceID']}: {key} is {place}, which the state has not"
            raise JournalError(message)
        return place

    def _new(self, entry: Entry, key: str) -> int | None:
        step: int | None = entry.get(key)
        if step is not None and step not in self.made:
            message = f"entry {entry['sequenceID']}: {key} is {step}, which has made nothing"
            raise JournalError(message)
        return step


def _features(deployment: Mapping[str, Any], bytes_: bool) -> Iterator[str]:  # noqa: FBT001
    for resource in deployment.get("resources") or ():
        yield from (feature for key, feature in _FEATURES.items() if resource.get(key))
    for operation in deployment.get("pending_operations") or ():
        yield from (f for key, f in _FEATURES.items() if operation["resource"].get(key))
    if deployment.get("snippets"):
        yield _FEATURES["snippetID"]
    if bytes_:
        yield _BYTES


def _pointed(snippet: Mapping[str, Any], now: Mapping[str, str]) -> Mapping[str, Any]:
    references = snippet.get("references")
    if not references:
        return snippet
    return {**snippet, "references": {k: now.get(urn, urn) for k, urn in references.items()}}
