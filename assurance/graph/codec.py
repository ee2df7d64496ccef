"""Dataclasses to JSON and back: sorted, without secrets, and every fault says where it is."""

import difflib
import math
import types
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from assurance.graph.resource import Marker, Secret

T = TypeVar("T")

TAG = "$"
"""The key of a JSON object that stands for something JSON has no word for."""
SECRET = "secret"  # noqa: S105 - a word, no secret
EXACT = 2**53
"""Beyond this, a float that is whole is whole by accident."""
_SHORT = 40
OBJECT = "object"
"""An object that has a key of that name itself."""
_PLAIN = {str, bool, int, type(None)}


class DecodeError(ValueError):
    """JSON that does not have the shape of what it should be."""

    def __init__(self, path: str, expected: str, got: object) -> None:
        super().__init__(f"{path or 'document'}: expected {expected}, got {_shown(got)}")


def encode(value: Any, *, sparse: bool = False) -> Any:
    """Plain JSON; `sparse` leaves out every field that has its default."""
    if type(value) in _PLAIN:
        return value
    if type(value) is dict or isinstance(value, Mapping):
        content = {str(k): encode(value[k], sparse=sparse) for k in sorted(value, key=str)}
        return {TAG: OBJECT, "value": content} if TAG in content else content
    if isinstance(value, list | tuple):
        return [encode(item, sparse=sparse) for item in value]
    if isinstance(value, AbstractSet):
        return sorted((encode(item, sparse=sparse) for item in value), key=repr)
    if is_dataclass(value) and not isinstance(value, Secret):
        return _encode_dataclass(value, sparse=sparse)
    return _encode_leaf(value)


def _encode_leaf(value: Any) -> Any:
    match value:
        case Marker():
            return {TAG: value.value}
        case Secret():
            return {TAG: SECRET}
        case Enum():
            return value.value
        case float():
            return number(value)
        case date() | IPv4Network() | IPv6Network():
            return str(value)
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)


def decode(kind: type[T], value: Any, path: str = "") -> T:
    """Read JSON as a dataclass (or any type that one has a field of)."""
    read: T = _decode(kind, value, path)
    return read


def plain(value: Any) -> Any:
    """JSON as untyped data, with markers and (empty) secrets in their places."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        if TAG in value:
            return _tagged(value)
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return number(value) if isinstance(value, float) else value


def _tagged(value: Mapping[str, Any]) -> Any:
    tag = value[TAG]
    if tag == SECRET:
        return Secret(None)
    if tag == OBJECT:
        return {key: plain(item) for key, item in value["value"].items()}
    return Marker(tag)


def _encode_dataclass(value: Any, *, sparse: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for item in _sorted_fields(value.__class__):
        content = getattr(value, item.name)
        if not (sparse and _has_default(item) and content == _default(item)):
            plain[item.name] = encode(content, sparse=sparse)
    return plain


def _decode(kind: Any, value: Any, path: str) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _decode_union(get_args(kind), value, path)
    if origin is Literal:
        return _decode_choice(get_args(kind), value, path)
    if origin is not None:
        read = _decode_items if origin in {tuple, frozenset} else _decode_mapping
        return read(kind, value, path)
    if is_dataclass(kind):
        return _decode_dataclass(kind, value, path)
    return plain(value) if kind is Any else _decode_scalar(kind, value, path)


def _decode_dataclass(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise DecodeError(path, f"an object ({kind.__name__})", value)
    known = {item.name: item for item in fields(kind)}
    for key in value:
        if key not in known:
            raise DecodeError(_join(path, str(key)), _one_of(known, str(key)), key)
    hints = _hints(kind)
    given = {}
    for name, item in known.items():
        if name in value:
            given[name] = _decode(hints[name], value[name], _join(path, name))
        elif not _has_default(item):
            raise DecodeError(_join(path, name), _wanted(hints[name]), None)
    return kind(**given)


def _one_of(known: Iterable[str], key: str) -> str:
    close = difflib.get_close_matches(key.lower(), known, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"one of the keys {', '.join(sorted(known))}{hint}"


def _decode_union(kinds: tuple[Any, ...], value: Any, path: str) -> Any:
    """The first member that fits; None first, and enums before the text they are spelled as."""
    if value is None and type(None) in kinds:
        return None
    members = sorted((k for k in kinds if k is not type(None)), key=lambda kind: kind is str)
    for kind in members[:-1]:
        try:
            return _decode(kind, value, path)
        except DecodeError:
            continue
    return _decode(members[-1], value, path)


def _decode_choice(choices: tuple[Any, ...], value: Any, path: str) -> Any:
    if value not in choices:
        raise DecodeError(path, " or ".join(map(str, choices)), value)
    return value


def _decode_items(kind: Any, value: Any, path: str) -> Any:
    if isinstance(value, str) or not isinstance(value, Sequence | AbstractSet):
        raise DecodeError(path, "a list", value)
    member = get_args(kind)[0]
    items = [_decode(member, item, f"{path}[{index}]") for index, item in enumerate(value)]
    return get_origin(kind)(items)


def _decode_mapping(kind: Any, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise DecodeError(path, "an object", value)
    if value.get(TAG) == OBJECT:
        value = value["value"]
    member = get_args(kind)[1]
    return {str(key): _decode(member, item, _join(path, str(key))) for key, item in value.items()}


def _decode_scalar(kind: Any, value: Any, path: str) -> Any:
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind in {str, int, float, bool}:
        if type(value) is kind:
            return value
        raise DecodeError(path, _wanted(kind), value)
    try:
        return ip_network(value) if kind in {IPv4Network, IPv6Network} else _parsed(kind, value)
    except (TypeError, ValueError):
        raise DecodeError(path, _wanted(kind), value) from None


def _parsed(kind: Any, value: Any) -> Any:
    return date.fromisoformat(value) if kind is date else kind(value)


def _wanted(kind: Any) -> str:
    """What a person should have written."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType, Literal}:
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


def number(value: float) -> int | float:
    """Whole numbers as integers: the engine's wire has only floats."""
    if not math.isfinite(value):
        message = f"{value} has no JSON form"
        raise ValueError(message)
    return int(value) if value.is_integer() and abs(value) <= EXACT else value


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


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


def _has_default(item: "Field[Any]") -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _default(item: "Field[Any]") -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _sorted_fields(kind: Any) -> "tuple[Field[Any], ...]":
    return tuple(sorted(fields(kind), key=lambda item: item.name))
