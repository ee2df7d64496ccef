"""Azure's own models of its APIs: what they say of a resource's inputs, and of its name.

Two generations of generated code occur: classes with an `_attribute_map`, and classes with fields.
"""

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from assurance.graph.resource import Marker, Secret


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Counterpart:
    """Where Azure describes a type of resource."""

    package: str
    """Below `azure.mgmt`."""
    model: str
    request: str
    """Module and function that build the request which makes one."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """What azure-native calls otherwise, by its word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a model says of one key."""

    hint: Any
    required: bool = False
    readonly: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Looked:
    """How much was held against the models, and what does not fit."""

    checked: int = 0
    unknown: int = 0
    strangers: set[str] = field(default_factory=set)
    """Keys of which the models say nothing."""
    faults: list[str] = field(default_factory=list)

    def fault(self, path: str, words: str) -> None:
        self.faults.append(f"{path}: {words}")


def look(counterpart: Counterpart, inputs: Mapping[str, Any], name: str, looked: Looked) -> None:
    """Hold a resource's inputs against its model, and its names against its address."""
    url = address(counterpart)
    model = model_of(counterpart)
    by_key = {key.lower(): key for key in inputs}
    for part, limits in url.items():
        if part.lower() not in by_key:
            looked.fault(f"{name}.{part}", "is part of the address, and missing")
            continue
        looked.checked += 1
        value = inputs[by_key[part.lower()]]
        looked.faults += [f"{name}.{part}: {words}" for words in _broken(limits, value)]
    parts = {part.lower() for part in url}
    rest = {key: value for key, value in inputs.items() if key.lower() not in parts}
    _section(model, _as_azure_says(rest, counterpart.renamed), name, looked)


def _as_azure_says(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {renamed.get(k, k): _as_azure_says(inner, renamed) for k, inner in value.items()}
    return [_as_azure_says(item, renamed) for item in value] if isinstance(value, list) else value


def identifier(counterpart: Counterpart, inputs: Mapping[str, Any], subscription: str) -> str:
    """The id that Azure gives a resource, by the address that its own client would use."""
    given = {key.lower(): value for key, value in inputs.items()} | {"subscriptionid": subscription}
    [template] = re.findall(r'"(/[^"]*/providers/[^"]*)"', _source(counterpart))
    return re.sub(r"{(\w+)}", lambda part: str(given[part[1].lower()]), template)


@cache
def model_of(counterpart: Counterpart) -> Any:
    """The model's class."""
    models = importlib.import_module(f"azure.mgmt.{counterpart.package}.models")
    return getattr(models, counterpart.model)


@cache
def address(counterpart: Counterpart) -> Mapping[str, Mapping[str, Any]]:
    """The variable parts of a resource's address, with their limits; all but the subscription."""
    found = re.findall(
        r'"(\w+)": _SERIALIZER\.url\(\s*"\w+",\s*\w+,\s*"str"(.*?)\)[,\n]',
        _source(counterpart),
        re.DOTALL,
    )
    return {name: dict(_limits(text)) for name, text in found if name != "subscriptionId"}


@cache
def _source(counterpart: Counterpart) -> str:
    module, _, function = counterpart.request.partition(":")
    place = f"azure.mgmt.{counterpart.package}.operations.{module}"
    return inspect.getsource(getattr(importlib.import_module(place), function))


def _limits(text: str) -> Iterator[tuple[str, Any]]:
    for key, value in re.findall(r"(m\w+_length)=(\d+)", text):
        yield key, int(value)
    for pattern in re.findall(r"pattern=r\"(.*?)\"", text):
        yield "pattern", pattern


@cache
def keys(model: type) -> Mapping[str, Known]:
    """What may stand in a section, `properties` opened up as azure-native does it."""
    own = dict(_mapped(model) if hasattr(model, "_attribute_map") else _fielded(model))
    inner = own.pop("properties", None)
    if inner is None or not _is_model(found := _plain(inner.hint)):
        return own if inner is None else {**own, "properties": inner}
    opened = keys(found)
    return own | {k: v for k, v in opened.items() if k not in own or own[k].readonly}


def _mapped(model: Any) -> Iterator[tuple[str, Known]]:
    hints = get_type_hints(model.__init__, localns=_names(model))
    for attribute, said in model._attribute_map.items():
        path = said["key"].split(".")
        rules = dict(model._validation.get(attribute, {}))
        if len(path) > 1 and path[0] != "properties":
            continue
        yield (
            path[-1],
            Known(
                hint=hints.get(attribute, Any),
                required=rules.pop("required", False),
                readonly=rules.pop("readonly", False),
                limits=rules,
            ),
        )


def _fielded(model: Any) -> Iterator[tuple[str, Known]]:
    model.__new__(model)  # this is when the class learns of its own fields
    hints = get_type_hints(model, localns=_names(model))
    for attribute, said in model._attr_to_rest_field.items():
        readonly = said._visibility == ["read"]
        yield (
            said._rest_name,
            Known(
                hint=hints[attribute],
                required=NoneType not in get_args(hints[attribute]) and not readonly,
                readonly=readonly,
            ),
        )


def _names(model: type) -> dict[str, Any]:
    package = model.__module__.rpartition(".")[0]
    return {
        "_models": importlib.import_module(package),
        "JSON": dict[str, Any],
        "datetime": importlib.import_module("datetime"),
    }


def _section(model: type, value: Mapping[str, Any], path: str, looked: Looked) -> None:
    known = keys(model)
    if "properties" in value:
        known = {**known, **dict(_fielded(model))}
        known = {key: each for key, each in known.items() if key not in keys_of(known)}
    for key, inner in value.items():
        place = f"{path}.{key}"
        if key not in known:
            looked.strangers.add(place)
            continue
        said = known[key]
        if said.readonly:
            looked.fault(place, "only Azure says this")
        looked.faults += [f"{place}: {words}" for words in _broken(said.limits, inner)]
        _value(said.hint, inner, place, looked)
    for key, said in known.items():
        if said.required and not said.readonly and key not in value:
            looked.fault(f"{path}.{key}", "is required, and missing")


def keys_of(known: Mapping[str, Known]) -> set[str]:
    """What stands in `properties`, where somebody writes that section out."""
    return set(keys(_plain(known["properties"].hint)))


def _value(hint: Any, value: Any, path: str, looked: Looked) -> None:
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, Marker):
        looked.unknown += 1
        return
    hint = _plain(hint)
    if _is_model(hint):
        if isinstance(value, Mapping):
            _section(hint, value, path, looked)
        else:
            looked.fault(path, f"is a section {hint.__name__}, got {value!r}")
        return
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (list, Sequence) and isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _value(inner[0], item, f"{path}[{position}]", looked)
    elif origin in (dict, Mapping) and isinstance(value, Mapping):
        for key, item in value.items():
            _value(inner[1], item, f"{path}.{key}", looked)
    else:
        looked.checked += 1
        if (words := _scalar(hint, value)) is not None:
            looked.fault(path, words)


def _scalar(hint: Any, value: Any) -> str | None:
    choices = [each for each in get_args(hint) or (hint,) if each is not NoneType]
    enums = [each for each in choices if isinstance(each, type) and issubclass(each, Enum)]
    if enums:
        allowed = [member.value for enum in enums for member in enum]
        return None if value in allowed else f"is one of {allowed}, got {value!r}"
    if Any in choices or object in choices:
        return None
    kinds: dict[Any, Any] = {
        str: str,
        bool: bool,
        int: (int, float),
        float: (int, float),
        datetime: str,
    }
    for choice in choices:
        kind = kinds.get(choice)
        if kind and isinstance(value, kind) and (choice is bool or not isinstance(value, bool)):
            whole = choice is not int or float(value).is_integer()
            return None if whole else f"is a whole number, got {value!r}"
    return f"is {hint}, got {value!r}"


def _broken(limits: Mapping[str, Any], value: Any) -> Iterator[str]:
    """What a value breaks of what a model, or an address, says of its size and form."""
    if not isinstance(value, str | int | float | list):
        return
    size = len(value) if isinstance(value, str | list) else 0
    for rule, bound in limits.items():
        match rule:
            case "max_length" | "max_items":
                good = size <= bound
            case "min_length" | "min_items":
                good = size >= bound
            case "maximum":
                good = value <= bound
            case "minimum":
                good = value >= bound
            case "pattern":
                good = re.search(bound, str(value)) is not None
            case _:
                good = True
        if not good:
            yield f"{value!r} breaks {rule} {bound}"


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and (
        hasattr(hint, "_attribute_map") or any(b.__name__ == "Model" for b in hint.__mro__)
    )


def _plain(hint: Any) -> Any:
    """The hint without None, where that leaves one."""
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each is not NoneType]
        return rest[0] if len(rest) == 1 else hint
    return hint
