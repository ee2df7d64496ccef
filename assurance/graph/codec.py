"""Dataclasses and untyped data to JSON, sorted and without secrets; untyped data back."""

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from assurance.graph.resource import Marker, Secret

TAG = "$"
"""The key of a JSON object that stands for something JSON has no word for."""
SECRET = "secret"  # noqa: S105 - a word, no secret
EXACT = 2**53
"""Beyond this, a float that is whole is whole by accident."""
OBJECT = "object"
"""An object that has a key of that name itself."""
_PLAIN = {str, bool, int, type(None)}
_LISTS = (list, tuple)


def encode(value: Any, *, sparse: bool = False) -> Any:
    """Plain JSON; `sparse` leaves out every field that has its default."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return _encode_mapping(value, sparse=sparse)
    if isinstance(value, _LISTS):
        return [item if type(item) in _PLAIN else encode(item, sparse=sparse) for item in value]
    if is_dataclass(value) and not isinstance(value, Secret):
        return _encode_dataclass(value, sparse=sparse)
    return _encode_other(value, sparse=sparse)


def _encode_mapping(value: Mapping[Any, Any], *, sparse: bool) -> dict[str, Any]:
    content = {
        str(key): item if type(item) in _PLAIN else encode(item, sparse=sparse)
        for key in sorted(value, key=str)
        for item in (value[key],)
    }
    return {TAG: OBJECT, "value": content} if TAG in content else content


def _encode_other(value: Any, *, sparse: bool) -> Any:
    if isinstance(value, Mapping):
        return _encode_mapping(value, sparse=sparse)
    if isinstance(value, AbstractSet):
        return sorted((encode(item, sparse=sparse) for item in value), key=repr)
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


def plain(value: Any) -> Any:
    """JSON as untyped data, with markers and (empty) secrets in their places."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict or isinstance(value, Mapping):
        return _tagged(value) if TAG in value else _plain_items(value)
    if isinstance(value, _LISTS):
        return [item if type(item) in _PLAIN else plain(item) for item in value]
    return number(value) if isinstance(value, float) else value


def _plain_items(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item if type(item) in _PLAIN else plain(item) for key, item in value.items()}


def _tagged(value: Mapping[str, Any]) -> Any:
    tag = value[TAG]
    if tag == SECRET:
        return Secret(None)
    if tag == OBJECT:
        return _plain_items(value["value"])
    return Marker(tag)


def _encode_dataclass(value: Any, *, sparse: bool) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for name, default in _sorted_fields(value.__class__):
        content = getattr(value, name)
        if not (sparse and default is not None and content == default()):
            encoded[name] = encode(content, sparse=sparse)
    return encoded


def number(value: float) -> int | float:
    """Whole numbers as integers: the engine's wire has only floats."""
    if not math.isfinite(value):
        message = f"{value} has no JSON form"
        raise ValueError(message)
    return int(value) if value.is_integer() and abs(value) <= EXACT else value


@cache
def _sorted_fields(kind: Any) -> tuple[tuple[str, Callable[[], Any] | None], ...]:
    """Names, and what makes the default where there is one."""
    return tuple(sorted((item.name, default_of(item)) for item in fields(kind)))


def default_of(item: "Field[Any]") -> Callable[[], Any] | None:
    """What makes a field's default."""
    if item.default_factory is not MISSING:
        return item.default_factory
    return None if item.default is MISSING else lambda: item.default
