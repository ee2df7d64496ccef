"""What stands in for something says so on itself, for its readers."""

from collections.abc import Iterable
from typing import Any

from assurance.graph.annotations import annotation
from assurance.graph.kubernetes import KubernetesObject

STANDS_FOR = "ml-platform/stands-for"
"""On a workload of a sandbox: whose pods it stands in for there, as `InferenceService/<name>`."""
LOOKS_AFTER = "ml-platform/looks-after"
"""On a controller's stand-in, which has no role to tell it by: the kinds that it acts upon."""


def looked_after(item: KubernetesObject) -> frozenset[str]:
    """Custom resources' kinds, as `certificates.cert-manager.io`."""
    said = annotation(item.manifest, LOOKS_AFTER)
    return frozenset() if said is None else frozenset(said.split(","))


def without_doubles(objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    """The objects, less those whose pods other ones among them stand in for."""
    found = list(objects)
    doubled = {place for item in found if (place := _stood_for(item)) is not None}
    return [item for item in found if (item.namespace, item.gvk.kind, item.name) not in doubled]


def _stood_for(item: KubernetesObject) -> tuple[Any, str, str] | None:
    """Namespace, kind and name."""
    said = annotation(item.manifest, STANDS_FOR)
    if said is None:
        return None
    kind, _, name = said.partition("/")
    return item.namespace, kind, name
