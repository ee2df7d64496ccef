"""JSON to dataclasses: what fits a type, and for what does not, where it is.

How a type is read is worked out once; a graph has thousands of values of a few types.
"""

import difflib
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from assurance.graph.codec import OBJECT, TAG, default_of, plain

T = TypeVar("T")
_Reader = Callable[[Any], Any]

_UNIONS = frozenset({Union, types.UnionType})
_SHORT = 40


class DecodeError(ValueError):
    """JSON that does not have the shape of what it should be."""

    def __init__(self, path: str, expected: str, got: object) -> None:
        super().__init__(f"{path or 'document'}: expected {expected}, got {_shown(got)}")


class _MisfitError(Exception):
    """What was expected instead of a value, and the steps to it, the last first."""

    def __init__(self, expected: str, got: object, *steps: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.got = got
        self.steps = [*steps]


def decode(kind: type[T], value: Any, path: str = "") -> T:
    """Read JSON as a dataclass (or any type that one has a field of)."""
    try:
        wanted: Any = kind
        read: T = _reader(wanted)(value)
    except _MisfitError as misfit:
        where = (path + "".join(reversed(misfit.steps))).removeprefix(".")
        raise DecodeError(where, misfit.expected, misfit.got) from misfit.__cause__
    return read


@cache
def _reader(kind: Any) -> _Reader:
    origin = get_origin(kind)
    if origin in _UNIONS:
        return _union(get_args(kind))
    if origin is Literal:
        return _choice(get_args(kind))
    if origin is not None:
        return _items(kind) if origin in {tuple, frozenset} else _mapping(kind)
    if is_dataclass(kind):
        return _Dataclass(kind).read
    return plain if kind is Any else _scalar(kind)


class _Dataclass:
    """Reads a dataclass; its fields' types may lead back to itself."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._hints = get_type_hints(kind)
        self._known = {item.name: item for item in fields(kind)}
        self._needed = [item.name for item in fields(kind) if default_of(item) is None]

    @cached_property
    def _readers(self) -> Mapping[str, _Reader]:
        return {name: _reader(self._hints[name]) for name in self._known}

    def read(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            expected = f"an object ({self._kind.__name__})"
            raise _MisfitError(expected, value)
        readers = self._readers
        for key in value:
            if key not in readers:
                raise _MisfitError(_one_of(readers, str(key)), key, f".{key}")
        return self._kind(**self._given(value))

    def _given(self, value: Mapping[str, Any]) -> dict[str, Any]:
        given = {}
        for name, reader in self._readers.items():
            if name in value:
                try:
                    given[name] = reader(value[name])
                except _MisfitError as misfit:
                    misfit.steps.append(f".{name}")
                    raise
            elif name in self._needed:
                raise _MisfitError(_wanted(self._hints[name]), None, f".{name}")
        return given


def _one_of(known: Iterable[str], key: str) -> str:
    close = difflib.get_close_matches(key.lower(), known, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"one of the keys {', '.join(sorted(known))}{hint}"


def _union(kinds: tuple[Any, ...]) -> _Reader:
    """The first member that fits; None first, and enums before the text they are spelled as."""
    members = sorted((k for k in kinds if k is not type(None)), key=lambda kind: kind is str)
    *others, last = map(_reader, members)
    optional = type(None) in kinds

    def read(value: Any) -> Any:
        if value is None and optional:
            return None
        for other in others:
            try:
                return other(value)
            except _MisfitError:
                continue
        return last(value)

    return read


def _choice(choices: tuple[Any, ...]) -> _Reader:
    def read(value: Any) -> Any:
        if value not in choices:
            raise _MisfitError(" or ".join(map(str, choices)), value)
        return value

    return read


def _items(kind: Any) -> _Reader:
    container, member = get_origin(kind), _reader(get_args(kind)[0])

    def read(value: Any) -> Any:
        if isinstance(value, str) or not isinstance(value, Sequence | AbstractSet):
            raise _MisfitError(_wanted(kind), value)
        found: list[Any] = []
        for item in value:
            try:
                found.append(member(item))
            except _MisfitError as misfit:
                misfit.steps.append(f"[{len(found)}]")
                raise
        return container(found)

    return read


def _mapping(kind: Any) -> _Reader:
    member = _reader(get_args(kind)[1])

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _MisfitError(_wanted(kind), value)
        found: dict[str, Any] = {}
        content = value["value"] if value.get(TAG) == OBJECT else value
        for key, item in content.items():
            try:
                found[str(key)] = member(item)
            except _MisfitError as misfit:
                misfit.steps.append(f".{key}")
                raise
        return found

    return read


def _scalar(kind: Any) -> _Reader:
    if kind in {str, int, float, bool}:
        return _literal(kind)
    parsed = ip_network if kind in {IPv4Network, IPv6Network} else kind
    if kind is date:
        parsed = date.fromisoformat

    def read(value: Any) -> Any:
        try:
            return parsed(value)
        except (TypeError, ValueError):
            raise _MisfitError(_wanted(kind), value) from None

    return read


def _literal(kind: Any) -> _Reader:
    def read(value: Any) -> Any:
        given = type(value)
        if given is kind:
            return value
        if kind is int and given is float and value.is_integer():
            return int(value)
        if kind is float and given is int:
            return float(value)
        raise _MisfitError(_wanted(kind), value)

    return read


def _wanted(kind: Any) -> str:
    """What a person should have written."""
    origin = get_origin(kind)
    if origin in _UNIONS or origin is Literal:
        words = dict.fromkeys(map(_wanted, (k for k in get_args(kind) if k is not type(None))))
        return " or ".join(words)
    if origin is not None:
        return "a list" if origin in {tuple, frozenset} else "an object"
    if is_dataclass(kind):
        return f"an object ({getattr(kind, '__name__', kind)})"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(str(member.value) for member in kind)
    return _WORDS.get(kind, str(kind))


_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a day such as 2026-01-31",
    IPv4Network: "a range of addresses such as 10.0.0.0/8",
    IPv6Network: "a range of addresses such as fd00::/8",
}


def _shown(value: object) -> str:
    """The value if it is short and plain; never what is in it if it is not."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    plain = isinstance(value, str | int | float)
    return repr(value) if plain and len(str(value)) <= _SHORT else type(value).__name__
