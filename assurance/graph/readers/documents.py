"""Files of YAML and JSON as plain documents, each with its place; none can spoil the rest."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from assurance.graph.readers.yaml_events import DEEPEST, FaultError, Values, refuse, values

_MARK = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_DIRECTIVES = re.compile(rb"(?:[ \t]*(?:[%#][^\n]*)?\n)*%[^\n]*\n(?:[ \t]*(?:[%#][^\n]*)?\n)*\Z")
_HEAD = 1000
"""Bytes in which directives and the comments beside them stand."""
_NOTHING_STARTS_SO = "cannot start any token"
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a document stands, or an item of the List in it."""

    file: str
    line: int = 1
    document: int = 1
    item: int | None = None

    def __str__(self) -> str:
        """As editors take it."""
        return f"{self.file}:{self.line}"

    @property
    def whole(self) -> str:
        """With the numbers of the document, and of the item in it."""
        item = "" if self.item is None else f", item {self.item}"
        return f"{self}: document {self.document}{item}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A document, or an item of a List."""

    value: Any
    place: Place


Refuse = Callable[[Place, str], None]
"""Told of everything that cannot be read, and why."""


def documents(raw: bytes, file: str, refuse: Refuse) -> Iterator[Found]:
    """Every document of a file, Lists taken apart; what is empty is nothing."""
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(Place(file=file), "not UTF-8 but UTF-16: save it as UTF-8")
        return
    number = 1
    for part, line in _parts(text):
        read = _Part(raw=part, place=Place(file=file, line=line, document=number), refuse=refuse)
        for found in read.documents():
            number = found.place.document + 1
            yield from _spread(found, read.lines, refuse)
        number = max(number, read.seen)


def _parts(raw: bytes) -> Iterator[tuple[bytes, int]]:
    """What stands between document marks, with the line where it begins."""
    starts = [0, *(m.start() for m in _MARK.finditer(raw) if not _is_head(raw, m.start()))]
    line = 1
    for start, end in zip(starts, [*starts[1:], len(raw)], strict=True):
        part = raw[start:end]
        if part.strip():
            yield part, line
        line += part.count(b"\n")


def _is_head(raw: bytes, mark: int) -> bool:
    """Whether a mark follows directives, so that it begins no new part."""
    before = raw[max(0, mark - _HEAD) : mark]
    return b"%" in before and _DIRECTIVES.search(before) is not None


@dataclass(slots=True)
class _Part:
    """The text between two marks."""

    raw: bytes
    place: Place
    refuse: Refuse
    lines: Mapping[int, int] = field(default_factory=dict)
    seen: int = 0

    def documents(self) -> Iterator[Found]:
        """Usually one document."""
        self.seen = self.place.document
        try:
            text = self.raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = self.place.line + self.raw[: error.start].count(b"\n")
            byte = self.raw[error.start]
            self.refuse(replace(self.place, line=line), f"not UTF-8: the byte {byte:#04x}")
            self.seen += 1
            return
        try:
            for read in self._values(text):
                self.lines = read.lines
                place = replace(self.place, line=read.line, document=self.seen)
                self.seen += 1
                yield Found(value=read.value, place=place)
        except FaultError as error:
            place = replace(self.place, line=error.line or self.place.line, document=self.seen)
            self.refuse(place, _wording(error, text, self.place.line))
            self.seen += 1

    def _values(self, text: str) -> Iterator[Values]:
        """JSON is read as such: YAML knows neither its tabs nor all of its escapes."""
        if text.lstrip().startswith("{"):
            try:
                value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
                deep = _is_deep(value)
            except RecursionError:
                deep = True
            except ValueError:
                yield from values(text, self.place.line)  # it says more; and YAML has braces too
                return
            if deep:
                refuse(f"nested more than {DEEPEST} levels deep", self.place.line)
            yield Values(value=value, line=self.place.line, lines={})
            return
        yield from values(text, self.place.line)


def _no_number(word: str) -> NoReturn:
    refuse(f"{word} is no number of JSON")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        refuse(f"the key {twice} stands twice")
    return found


def _wording(error: FaultError, text: str, first_line: int) -> str:
    """What is wrong, and what it probably is instead."""
    template = _TEMPLATE.search(text)
    if template is not None:
        shown = " ".join(template.group().split())[:40]
        return f"not YAML: a template ({shown}): render it first, as with helm template"
    if _NOTHING_STARTS_SO in str(error) and error.line is not None:
        there = text.split("\n")[error.line - first_line]
        if "\t" in there:
            return "not YAML: a tab: YAML is indented with spaces"
    return f"not YAML: {error}"


def _spread(found: Found, lines: Mapping[int, int], refuse: Refuse) -> Iterator[Found]:
    """The document itself, or what its List holds."""
    pending = [found]
    while pending:
        one = pending.pop()
        if one.value is None:
            continue
        kind = one.value.get("kind") if isinstance(one.value, Mapping) else None
        if not isinstance(kind, str) or not kind.endswith("List") or "items" not in one.value:
            yield one
            continue
        items = one.value["items"]
        if not isinstance(items, list | None):
            refuse(one.place, f"{kind}: expected a list of items")
            continue
        places = (
            replace(one.place, line=lines.get(id(item), one.place.line), item=number)
            for number, item in enumerate(items or (), start=1)
        )
        inner = [Found(value=v, place=p) for v, p in zip(items or (), places, strict=True)]
        pending += reversed(inner)
