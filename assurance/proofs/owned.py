"""What something else in the graph brings about: a live cluster shows both, and one is counted."""

from collections.abc import Iterator, Mapping

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pods import PodTemplate


def unowned(graph: Graph) -> tuple[list[KubernetesObject], list[PodTemplate]]:
    """What stands for itself; what a controller nobody knows has made does so too."""
    objects, templates = list(graph.objects()), list(graph.pods())
    makers = {_identity(t.owner.gvk.kind, t.namespace, t.owner.name) for t in templates}
    makers |= {_identity("Service", o.namespace, o.name) for o in objects if _is_service(o)}
    owned = {item.resource.urn for item in objects if makers & set(_controllers(item))}
    return (
        [item for item in objects if item.resource.urn not in owned],
        [each for each in templates if each.owner.resource.urn not in owned],
    )


def _is_service(item: KubernetesObject) -> bool:
    return (item.gvk.group, item.gvk.kind) == ("", "Service")


def _controllers(item: KubernetesObject) -> Iterator[tuple[str, ...]]:
    metadata = item.manifest.get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, Mapping) else None
    for one in references if isinstance(references, list | tuple) else ():
        if isinstance(one, Mapping) and one.get("controller") is True:
            yield _identity(one.get("kind"), item.namespace, one.get("name"))


def _identity(*parts: object) -> tuple[str, ...]:
    return tuple(map(str, parts))
