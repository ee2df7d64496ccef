"""What an object says about itself to its readers."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.resource import OBJECT

CONFIG = "ml-platform/config"
"""The stack file's key that an object answers to."""
ASSUMES = "ml-platform/assumes"
"""The chart whose rendering an object stands in for."""


def config_key(manifest: Mapping[str, Any]) -> str | None:
    """The value of the annotation `ml-platform/config`, if it is there and known."""
    return annotation(manifest, CONFIG)


def assumption(manifest: Mapping[str, Any]) -> str | None:
    """The value of the annotation `ml-platform/assumes`, likewise."""
    return annotation(manifest, ASSUMES)


def annotation(manifest: Mapping[str, Any], key: str) -> str | None:
    """The value of an annotation, if it is there and known."""
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, OBJECT) else None
    value = annotations.get(key) if isinstance(annotations, OBJECT) else None
    return value if isinstance(value, str) else None
