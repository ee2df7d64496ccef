"""What an object is called: its kind, its key on a cluster, its type in Pulumi."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import Gvk

Manifest = dict[str, Any]
"""A Kubernetes object, spelled as in the Kubernetes documentation; plain values throughout.

Only in a Secret may the values of `data` and `stringData` be Outputs.
"""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class ObjectKey:
    """One object on one cluster. The version is not part of it: one object is served in several."""

    kind: str
    namespace: str | None = None
    """None for what belongs to the whole cluster."""
    name: str
    group: str = ""

    def __str__(self) -> str:
        """As people name it: `Deployment fraud/api`."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else self.label

    @property
    def label(self) -> str:
        """Kind and name alone."""
        return f"{self.kind} {self.name}"


def gvk_of(manifest: Mapping[str, Any]) -> Gvk:
    """Read apiVersion and kind."""
    group, _, version = str(manifest.get("apiVersion", "")).rpartition("/")
    return Gvk(group=group, version=version, kind=str(manifest.get("kind", "")))


def key_of(manifest: Mapping[str, Any]) -> ObjectKey:
    """The key of an object that has a name."""
    metadata = manifest["metadata"]
    return ObjectKey(
        group=gvk_of(manifest).group,
        kind=manifest["kind"],
        namespace=metadata.get("namespace"),
        name=metadata["name"],
    )


def logical_name(component: str, key: ObjectKey) -> str:
    """The resource's name in Pulumi, unique beneath its component."""
    return f"{component}-{key.kind.lower()}-{key.name}"
