"""What an object says about itself to its readers."""

from collections.abc import Mapping
from typing import Any

CONFIG = "ml-platform/config"
"""The stack file's key that an object answers to."""
ASSUMES = "ml-platform/assumes"
"""The chart whose rendering an object stands in for."""


def config_key(manifest: Mapping[str, Any]) -> str | None:
    """The value of the annotation `ml-platform/config`, if it is there and known."""
    return _annotation(manifest, CONFIG)


def assumption(manifest: Mapping[str, Any]) -> str | None:
    """The value of the annotation `ml-platform/assumes`, likewise."""
    return _annotation(manifest, ASSUMES)


def _annotation(manifest: Mapping[str, Any], key: str) -> str | None:
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    value = annotations.get(key) if isinstance(annotations, Mapping) else None
    return value if isinstance(value, str) else None
