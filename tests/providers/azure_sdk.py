"""What azure-native itself takes: the keys of each type of resource, from its own SDK's classes."""

import importlib
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pulumi import _types

from assurance.graph.resource import Marker, Secret


def unknown_keys(kind: str, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Keys that azure-native would not read, wherever they stand; `kind` is `network:Subnet`."""
    yield from _section(_arguments(kind), inputs, kind)


@cache
def _arguments(kind: str) -> type:
    module, _, name = kind.partition(":")
    package = importlib.import_module(f"pulumi_azure_native.{module}")
    resource = getattr(package, name)
    found = vars(importlib.import_module(resource.__module__))
    arguments: type = found.get(f"{name}InitArgs") or found[f"{name}Args"]
    return arguments


@cache
def keys(section: type) -> Mapping[str, Any]:
    """Key to type of a section."""
    types = _types.input_type_types(section)
    return {key: types.get(key) for key in _types.input_type_py_to_pulumi_names(section).values()}


def _section(section: type, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, inner in value.items():
        if key in keys(section):
            yield from _value(keys(section)[key], inner, f"{path}.{key}")
        else:
            yield f"{path}.{key}"


def _value(hint: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, Marker):
        return
    sections = [each for each in _leaves(hint) if _types.is_input_type(each)]
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _value(hint, item, f"{path}[{position}]")
    elif isinstance(value, Mapping) and sections:
        if _is_mapping(hint):
            for key, item in value.items():
                yield from _value(sections[0], item, f"{path}.{key}")
        else:
            yield from _section(sections[0], value, path)


def _is_mapping(hint: Any) -> bool:
    return isinstance(origin := typing.get_origin(hint), type) and issubclass(origin, Mapping)


def _leaves(hint: Any) -> Iterator[type]:
    inner = typing.get_args(hint)
    if not inner and isinstance(hint, type):
        yield hint
    for each in inner:
        yield from _leaves(each)
