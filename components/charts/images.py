"""Images of charts, taken from a registry of one's own in place of their makers'. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.guardrails.images import DEFAULT_REGISTRY, part_of
from assurance.guardrails.predicate import ImagePart
from components.manifests import Manifest

_TEXT = frozenset({"ConfigMap", "CustomResourceDefinition", "Secret"})
"""Kinds in which `image` is a word like any other. An image that a ConfigMap names stays."""


def relocated(objects: Iterable[Manifest], registry: str) -> list[Manifest]:
    """The same objects with every image of theirs in that registry."""
    return [each if each["kind"] in _TEXT else _moved(each, registry) for each in objects]


def image_in(registry: str, image: str) -> str:
    """The same path, tag and digest there; `redis` is `library/redis` wherever it is mirrored."""
    at_home = part_of(image, ImagePart.REGISTRY)
    rest = image.removeprefix(f"{at_home}/")
    official = at_home == DEFAULT_REGISTRY and "/" not in rest
    return f"{registry}/{'library/' if official else ''}{rest}"


def _moved(value: Any, registry: str) -> Any:
    if isinstance(value, Mapping):
        return {
            key: image_in(registry, inner)
            if key == "image" and isinstance(inner, str) and inner
            else _moved(inner, registry)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_moved(inner, registry) for inner in value]
    return value
