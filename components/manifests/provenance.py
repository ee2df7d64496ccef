"""Whose an object is and where it was asked for, as labels and an annotation on the object."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.manifests.keys import Manifest
from components.manifests.wording import Path, shown

PREFIX = "ml-platform/"
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "ml-platform"
STACK = "ml-platform/stack"
COMPONENT = "ml-platform/component"
CONFIG = "ml-platform/config"
ASSUMES = "ml-platform/assumes"
"""On what stands in for a chart's rendering: the chart that nobody has looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What every object of one register() call carries."""

    stack: str
    component: str
    origin: str

    @property
    def labels(self) -> dict[str, str]:
        """By these an object can be found again, and taken back after a crash."""
        return {MANAGED_BY: MANAGER, STACK: self.stack, COMPONENT: self.component}

    def origin_of(self, manifest: Mapping[str, Any]) -> str:
        """The stack file's key: the call's, or a narrower one that the object itself names."""
        narrower = _part(manifest, "annotations").get(CONFIG)
        return narrower if isinstance(narrower, str) else self.origin

    def stamped(self, manifest: Manifest) -> Manifest:
        """The same object with labels and annotation; the one given stays as it is."""
        metadata = manifest["metadata"]
        labels = {**_part(manifest, "labels"), **self.labels}
        annotations = {CONFIG: self.origin, **_part(manifest, "annotations")}
        return {**manifest, "metadata": {**metadata, "labels": labels, "annotations": annotations}}

    def faults(self, manifest: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Labels of ours that say something else than what is so; Helm's `managed-by` just goes."""
        labels = _part(manifest, "labels")
        for key, value in self.labels.items():
            if key.startswith(PREFIX) and labels.get(key, value) != value:
                path = ("metadata", "labels", key)
                yield path, f"is set by the platform to {value!r}, got {shown(labels[key])}"
        origin = self.origin_of(manifest)
        if origin != self.origin and not origin.startswith(f"{self.origin}."):
            path = ("metadata", "annotations", CONFIG)
            yield path, f"expected {self.origin} or a key beneath it, got {shown(origin)}"


def _part(manifest: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    metadata = manifest.get("metadata") if isinstance(manifest, Mapping) else None
    part = metadata.get(field) if isinstance(metadata, Mapping) else None
    return part if isinstance(part, Mapping) else {}
