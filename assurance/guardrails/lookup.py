"""The way down from an object to a value; secrets count by their values, `null` is missing."""

from collections.abc import Mapping
from typing import Any, Final

from assurance.graph.resource import Marker, Secret
from assurance.guardrails.images import part_of
from assurance.guardrails.predicate import ImagePart
from assurance.guardrails.truth import Place

MISSING: Final = object()


def look_up(value: Any, steps: tuple[str, ...]) -> Any:
    """What stands there, missing, or a marker; what has no keys, and should, is not known."""
    for step in steps:
        if value.__class__ is not dict:
            value = plain(value)
            if value is MISSING or isinstance(value, Marker):
                return value
            if not isinstance(value, Mapping):
                return Marker.UNKNOWN
        value = value.get(step)
        if value is None:
            return MISSING
    return plain(value)


def place_of(value: Any, steps: tuple[str, ...], place: Place) -> Place:
    """Where the way down ends: where the steps lead, or at what stops it."""
    for index, step in enumerate(steps):
        value = plain(value)
        if value is MISSING:
            break
        if not isinstance(value, Mapping):
            return (*place, *steps[:index])
        value = value.get(step)
    return (*place, *steps)


def image_part(found: Any, part: ImagePart) -> Any:
    """One part of what should be an image reference."""
    if found is MISSING or isinstance(found, Marker):
        return found
    if not isinstance(found, str):
        return Marker.UNKNOWN
    named = part_of(found, part)
    return MISSING if named is None else named


def plain(value: Any) -> Any:
    """Without what keeps it secret."""
    found = value.value if isinstance(value, Secret) else value
    return MISSING if found is None else found
