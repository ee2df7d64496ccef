"""What a resource asks for, as a request to AWS, held against AWS's own description of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.model import Shape

from assurance.graph.resource import Marker, Secret
from tests import aws_models

Reshape = Callable[[Any], Mapping[str, Any]]

OF_THE_PLUGIN = "of the provider plugin alone"
ANOTHER = "made by another request, after the first"
"""Why a request lacks an input."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """How a type of resource comes about."""

    service: str
    operation: str
    names: Mapping[str, str] = field(default_factory=dict)
    """What the request calls an input, where it is not the same; dotted below the top."""
    reshaped: Mapping[str, Reshape] = field(default_factory=dict)
    """Inputs that the request has in another form."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Inputs that the request does not have, and why."""
    gathered: Reshape | None = None
    """All inputs at once, where the request says them in one place."""
    given: Mapping[str, str] = field(default_factory=dict)
    """What the request must have and the provider plugin adds, and why."""


def within(outer: str, key: str) -> Reshape:
    """One level further down, under another name."""
    return lambda value: {outer: {key: value}}


@dataclass
class Seen:
    """What was looked at."""

    resources: int = 0
    members: int = 0
    values: int = 0
    """Members whose value had a list, a pattern or bounds to be held against."""
    unknown: int = 0
    absent: set[tuple[str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@cache
def shape_of(service: str, operation: str) -> Shape:
    shape = aws_models.service(service).operation_model(operation).input_shape
    assert shape is not None
    return shape


def look(seen: Seen, kind: str, name: str, inputs: Mapping[str, Any], call: Call) -> None:
    """Hold one resource against its call."""
    seen.resources += 1
    shape = shape_of(call.service, call.operation)
    place = f"{kind} {name}"
    request: dict[str, Any] = {}
    for key, value in (call.gathered(inputs) if call.gathered else inputs).items():
        if key in call.absent:
            seen.absent.add((kind, key))
        elif key in call.reshaped:
            for member, inner in call.reshaped[key](value).items():
                request[member] = _joined(request.get(member), inner)
        else:
            request[call.names.get(key, key)] = _renamed(value, key, call.names)
    for member, value in request.items():
        found = _member(shape, member)
        if found is None:
            seen.faults.append(f"{place}: {call.operation} takes no {member}")
        else:
            hold(seen, f"{place}: {found}", value, shape.members[found])
    there = {_member(shape, member) for member in request}
    for required in shape.required_members:
        if required not in there and required not in call.given:
            seen.faults.append(f"{place}: {call.operation} needs {required}")


def _joined(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [*one, *other]
    return {**one, **other} if isinstance(one, Mapping) else other


def _renamed(value: Any, path: str, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            names.get(f"{path}.{key}", key): _renamed(inner, f"{path}.{key}", names)
            for key, inner in value.items()
        }
    return [_renamed(inner, path, names) for inner in value] if isinstance(value, list) else value


def _member(shape: Shape, name: str) -> str | None:
    """The same name, whatever its capitals; the provider speaks of many in the singular."""
    lower: dict[str, str] = {member.lower(): member for member in shape.members}
    for form in (name, name.removesuffix("s"), f"{name}s"):
        if form.lower() in lower:
            return lower[form.lower()]
    return None


def hold(seen: Seen, place: str, value: Any, shape: Shape) -> None:
    """One value against what may stand there."""
    seen.members += 1
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, Marker):
        seen.unknown += 1
        return
    match shape.type_name:
        case "structure":
            _structure(seen, place, value, shape)
        case "list":
            items = [value] if isinstance(value, Mapping) else value
            if not isinstance(items, list):
                seen.faults.append(f"{place}: expected a list, got {items!r}")
                return
            _bounds(seen, place, len(items), shape)
            for number, item in enumerate(items):
                hold(seen, f"{place}[{number}]", item, shape.member)
        case "map":
            _bounds(seen, place, len(value), shape)
            for key, item in value.items():
                hold(seen, f"{place} key {key}", key, shape.key)
                hold(seen, f"{place}.{key}", item, shape.value)
        case _:
            seen.faults += [f"{place}: {fault}" for fault in _scalar(seen, value, shape)]


def _structure(seen: Seen, place: str, value: Any, shape: Shape) -> None:
    if isinstance(value, list) and len(value) == 1:
        [value] = value
    if not isinstance(value, Mapping):
        seen.faults.append(f"{place}: expected a structure, got {value!r}")
        return
    there = set()
    for key, inner in value.items():
        found = _member(shape, key)
        if found is None:
            seen.faults.append(f"{place}: takes no {key}")
        else:
            there.add(found)
            hold(seen, f"{place}.{found}", inner, shape.members[found])
    seen.faults += [
        f"{place}: needs {need}" for need in shape.required_members if need not in there
    ]


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "blob": (str,),
}


def _scalar(seen: Seen, value: Any, shape: Shape) -> Iterator[str]:
    if shape.type_name == "boolean" and value in ("true", "false"):
        value = value == "true"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    expected: Any = _TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        yield f"expected {shape.type_name}, got {value!r}"
        return
    told: Mapping[str, Any] = shape.metadata
    seen.values += bool({"enum", "pattern", "min", "max"} & told.keys())
    if "enum" in told and value not in told["enum"]:
        yield f"expected one of {', '.join(told['enum'])}, got {value!r}"
    if "pattern" in told and not _matches(told["pattern"], value):
        yield f"expected {told['pattern']}, got {value!r}"
    size = len(value) if isinstance(value, str) else value
    yield from _beyond(size, told)


def _bounds(seen: Seen, place: str, size: int, shape: Shape) -> None:
    seen.values += bool({"min", "max"} & shape.metadata.keys())
    seen.faults += [f"{place}: {fault}" for fault in _beyond(size, shape.metadata)]


def _beyond(size: int, told: Mapping[str, Any]) -> Iterator[str]:
    if size < told.get("min", size) or size > told.get("max", size):
        yield f"expected {told.get('min', '')} to {told.get('max', '')}, got {size}"


def _matches(pattern: str, value: str) -> bool:
    """AWS writes its patterns for Java, and means the whole text."""
    ours = pattern.replace("\\p{ASCII}", r"\x00-\x7f").replace("\\p{L}", "a-zA-Z")
    ours = (
        ours.replace("\\p{Z}", r"\s").replace("\\p{N}", "0-9").replace("\\p{Graph}", r"\x21-\x7e")
    )
    ours = ours.replace("\\p{Print}", r"\x20-\x7e").replace("\\p{IsLetter}", "a-zA-Z")
    return re.fullmatch(ours, value, re.DOTALL) is not None
