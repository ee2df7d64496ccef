"""What an object says about itself to its readers."""

from collections.abc import Mapping
from typing import Any

CONFIG = "ml-platform/config"
"""The stack file's key that an object answers to."""


def config_key(manifest: Mapping[str, Any]) -> str | None:
    """The value of the annotation `ml-platform/config`, if it is there and known."""
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    key = annotations.get(CONFIG) if isinstance(annotations, Mapping) else None
    return key if isinstance(key, str) else None
