"""What stands in for something says so on itself, for its readers."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import OBJECT

STANDS_FOR = "ml-platform/stands-for"
"""On a workload of a sandbox: whose pods it stands in for there, as `InferenceService/<name>`."""
LOOKS_AFTER = "ml-platform/looks-after"
"""On a controller's stand-in, which has no role to tell it by: the kinds that it acts upon."""


def looked_after(item: KubernetesObject) -> frozenset[str]:
    """Custom resources' kinds, as `certificates.cert-manager.io`."""
    said = _annotations(item).get(LOOKS_AFTER)
    return frozenset(said.split(",")) if isinstance(said, str) else frozenset()


def without_doubles(objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    """The objects, less those whose pods other ones among them stand in for."""
    found = list(objects)
    doubled = {place for item in found if (place := _stood_for(item)) is not None}
    return [item for item in found if (item.namespace, item.gvk.kind, item.name) not in doubled]


def _stood_for(item: KubernetesObject) -> tuple[Any, str, str] | None:
    """Namespace, kind and name."""
    said = _annotations(item).get(STANDS_FOR)
    if not isinstance(said, str):
        return None
    kind, _, name = said.partition("/")
    return item.namespace, kind, name


def _annotations(item: KubernetesObject) -> Mapping[str, Any]:
    metadata = item.manifest.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, OBJECT) else None
    return found if isinstance(found, OBJECT) else {}
