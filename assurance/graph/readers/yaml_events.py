"""YAML as Kubernetes' own tools read it, event by event: no depth and no alias can hurt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from assurance.graph.readers.yaml_words import KNOWN, MERGE, TAG, TEXT, Loader, constructed, plain

DEEPEST = 200
"""Levels of nesting; Kubernetes' own reader ends at 10,000, and nobody's manifest at 50."""
_EXPANDED = 1_000_000
"""Values that aliases may repeat in one document."""
_NOTED = 8
"""Down to this depth, items of lists remember their lines."""
_COLLECTIONS = {f"{TAG}{name}" for name in ("map", "seq")}


class FaultError(Exception):
    """Why a document cannot be read, and the line."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


def refuse(message: str, line: int | None = None) -> NoReturn:
    """Give a document up."""
    raise FaultError(message, line)


@dataclass(frozen=True, slots=True)
class Values:
    """One document's value, and the lines of items of its upper lists, by identity."""

    value: Any
    line: int
    lines: Mapping[int, int]


@dataclass(slots=True)
class _Frame:
    """A mapping or a list that is still open."""

    value: Any
    anchor: str | None
    key: Any = None
    waits: bool = True
    """A mapping waits for a key, not for a value."""
    merged: list[Mapping[Any, Any]] = field(default_factory=list)
    size: int = 1


def values(text: str, first_line: int) -> Iterator[Values]:
    """Every document of a text whose first line is `first_line`."""
    loader = Loader(text)
    try:
        while True:
            event = _event(loader, first_line)
            if isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.DocumentStartEvent):
                yield _Document(loader, first_line).read()
    finally:
        loader.dispose()


def _event(loader: "Loader", first_line: int) -> Any:
    try:
        return loader.get_event()
    except yaml.reader.ReaderError as error:
        line = first_line + loader.text.encode()[: error.position].count(b"\n")
        raise FaultError(error.reason, line) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = first_line + mark.line if mark is not None else None
        raise FaultError(str(getattr(error, "problem", None) or error), where) from None


class _Document:
    """Builds one document's value."""

    def __init__(self, loader: "Loader", first_line: int) -> None:
        self._loader, self._first = loader, first_line
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._repeated = 0
        self._lines: dict[int, int] = {}
        self._root: Any = None

    def read(self) -> Values:
        """Up to the document's end."""
        line: int | None = None
        while True:
            event = _event(self._loader, self._first)
            if isinstance(event, yaml.DocumentEndEvent):
                return Values(self._root, line or self._first, self._lines)
            here = self._first + event.start_mark.line
            line = here if line is None else line
            self._take(event, here)

    def _take(self, event: Any, line: int) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                frame = self._open.pop()
                value = _with_merged(frame)
                self._place(value, frame.size, frame.anchor, line)
            case yaml.AliasEvent():
                self._alias(str(event.anchor), line)

    def _begin(self, event: Any, line: int) -> None:
        if event.tag is not None and event.tag not in _COLLECTIONS:
            refuse(f"a tag that Kubernetes does not know: {event.tag}", line)
        if len(self._open) >= DEEPEST:
            refuse(f"nested more than {DEEPEST} levels deep", line)
        self._refuse_as_key(line)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        above = self._open[-1].value if self._open else None
        if isinstance(above, list) and len(self._open) <= _NOTED:
            self._lines[id(value)] = line
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        self._open.append(_Frame(value, event.anchor))

    def _refuse_as_key(self, line: int) -> None:
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].waits:
            refuse("a mapping or a list as a key", line)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchors:
            if any(frame.anchor == anchor for frame in self._open):
                refuse(f"*{anchor} refers to what it stands in", line)
            refuse(f"*{anchor} refers to no anchor", line)
        value, size = self._anchors[anchor]
        self._repeated += size
        if self._repeated > _EXPANDED:
            refuse(f"its aliases repeat more than {_EXPANDED:,} values", line)
        if isinstance(value, dict | list):
            self._refuse_as_key(line)
        self._place(value, size, None, line)

    def _scalar(self, event: Any, line: int) -> None:
        if event.tag is None and event.implicit[0]:
            tag, value = plain(event.value)
        elif event.tag in {None, "!", TEXT}:
            tag, value = TEXT, event.value
        elif event.tag in KNOWN:
            tag, value = event.tag, _tagged(event, line)
        else:
            refuse(f"a tag that Kubernetes does not know: {event.tag}", line)
        top = self._open[-1] if self._open else None
        if tag == MERGE and top is not None and isinstance(top.value, dict) and top.waits:
            top.key, top.waits = MERGE, False
        else:
            self._place(value, 1, event.anchor, line)

    def _place(self, value: Any, size: int, anchor: str | None, line: int) -> None:
        """Put a finished value where it belongs."""
        if anchor is not None:
            self._anchors[anchor] = value, size
        if not self._open:
            self._root = value
            return
        top = self._open[-1]
        top.size += size
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.waits:
            top.key, top.waits = _key(value), False
            if top.key in top.value:
                refuse(f"the key {top.key} stands twice", line)
        else:
            if top.key is MERGE:
                top.merged += _mergeable(value, line)
            else:
                top.value[top.key] = value
            top.waits = True


def _tagged(event: Any, line: int) -> Any:
    """A scalar whose type is written in front of it."""
    try:
        return constructed(event.tag, event.value)
    except (LookupError, ValueError, yaml.YAMLError):
        refuse(f"{event.value!r} is no {event.tag.removeprefix(TAG)}", line)


def _mergeable(value: Any, line: int) -> list[Mapping[Any, Any]]:
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in given):
        refuse("<< merges a mapping, or a list of them", line)
    return list(given)


def _with_merged(frame: _Frame) -> Any:
    """What stands there itself wins, then the first of what is merged."""
    for more in frame.merged:
        for key, value in more.items():
            frame.value.setdefault(key, value)
    return frame.value


def _key(value: Any) -> str:
    """Keys are text: true, 8080 and null are spelled as in JSON."""
    if isinstance(value, str):
        return value
    return {True: "true", False: "false", None: "null"}[value] if _is_word(value) else str(value)


def _is_word(value: Any) -> bool:
    return value is None or isinstance(value, bool)
