"""Kubernetes objects, whatever brought them into the graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assurance.graph.resource import OBJECT, Marker, Resource
from assurance.graph.values import Gvk

PREFIX = "kubernetes:"
_OPAQUE = ("kubernetes:helm.sh/", "kubernetes:yaml:", "kubernetes:kustomize:")
"""Resources of the Kubernetes provider that are no single object."""


@lru_cache(1024)
def gvk(api_version: str, kind: str) -> Gvk:
    """Read a manifest's apiVersion and kind; `core/v1` is `v1`, as in Pulumi's type tokens."""
    group, _, version = api_version.rpartition("/")
    return Gvk(group="" if group == "core" else group, version=version, kind=kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesObject:
    """One object, as it would be sent to the API server."""

    gvk: Gvk
    namespace: str | Marker | None
    """None where the manifest names none: cluster-wide, or left to the client."""
    name: str | Marker
    manifest: Mapping[str, Any]
    resource: Resource

    @property
    def is_registered(self) -> bool:
        """Whether the resource stands for it; else an operator makes it of what it stands for."""
        return self.manifest is self.resource.inputs

    def __str__(self) -> str:
        """Kind, namespace and name."""
        place = f"{_shown(self.namespace)}/" if self.namespace is not None else ""
        return f"{self.gvk.kind} {place}{_shown(self.name)}"


def is_opaque(resource: Resource) -> bool:
    """Whether a resource makes objects of its own that the graph does not hold."""
    return resource.type.startswith(_OPAQUE)


def object_of(resource: Resource) -> KubernetesObject | None:
    """The object that a resource stands for, if it stands for one."""
    if not resource.custom or not resource.type.startswith(PREFIX) or is_opaque(resource):
        return None
    manifest = resource.inputs
    _, _, token = resource.type.partition(":")
    api_version, _, kind = token.rpartition(":")
    stated = manifest.get("apiVersion"), manifest.get("kind")
    if all(isinstance(word, str) for word in stated):
        api_version, kind = str(stated[0]), str(stated[1])
    metadata = manifest.get("metadata")
    if not isinstance(metadata, OBJECT):
        metadata = {}
    return KubernetesObject(
        gvk=gvk(api_version, kind),
        namespace=_word(metadata.get("namespace")),
        name=_word(metadata.get("name")) or _word(metadata.get("generateName")) or resource.name,
        manifest=manifest,
        resource=resource,
    )


def _shown(word: str | Marker) -> str:
    return "(unknown)" if isinstance(word, Marker) else word


def _word(value: Any) -> str | Marker | None:
    return value if isinstance(value, str | Marker) else None
