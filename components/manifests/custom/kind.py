"""A custom kind that this program writes, with a closed schema of exactly what it sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import Gvk

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomKind:
    """One version of a custom kind."""

    schema: Schema
    """JSON Schema of the whole object; `additionalProperties: false` wherever fields are listed."""
    namespaced: bool = True


def closed(spec: Schema, *, namespaced: bool = True, **beside: Schema) -> CustomKind:
    """A kind whose objects have a spec, and beside it and `metadata` only what is named."""
    properties = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
        "spec": spec,
        **beside,
    }
    schema = {
        "type": "object",
        "properties": properties,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
    }
    return CustomKind(schema=schema, namespaced=namespaced)


def fields(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object of exactly these fields."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": sorted(required),
        "additionalProperties": False,
    }


def listed(item: Schema, *, least: int = 0) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": item, "minItems": least}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


TEXT: Schema = {"type": "string", "minLength": 1}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
WORDS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
"""Any keys, with texts: labels, annotations."""
QUANTITIES: Schema = WORDS
"""Requests or limits by resource."""


def kinds_of(group: str, version: str, kinds: Mapping[str, CustomKind]) -> dict[Gvk, CustomKind]:
    """Kinds of one group, by all that names them."""
    return {Gvk(group=group, version=version, kind=kind): each for kind, each in kinds.items()}
