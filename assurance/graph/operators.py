"""What an operator makes of a custom resource, where the resource itself says so."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assurance.graph.annotations import annotation, assumption
from assurance.graph.kubernetes import KubernetesObject, gvk
from assurance.graph.resource import OBJECT

MAKES = "ml-platform/makes"
"""On a custom resource of a rendered chart: the objects that are made of it, as a list in JSON."""

_KINDS = {
    ("v1", "ServiceAccount"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
}
"""Nothing that closes or bounds: whoever says that it is there must bring it."""


def with_made(objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    """The objects, and what operators make of them; of what is there already, nothing more."""
    found = list(objects)
    made = [each for item in found for each in _made_of(item)]
    if not made:
        return found
    there = set(map(_place, found))
    return [*found, *(each for each in made if _place(each) not in there)]


def stated(manifest: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The manifests that the annotation holds; none, where it is none of ours."""
    said = annotation(manifest, MAKES)
    if said is None:
        return ()
    try:
        listed = json.loads(said)
    except ValueError:
        return ()
    return tuple(filter(_is_manifest, listed)) if isinstance(listed, list) else ()


def _made_of(item: KubernetesObject) -> Iterator[KubernetesObject]:
    """In the same namespace, by the same resource: whoever registers the one brings the other."""
    for manifest in stated(item.manifest):
        yield KubernetesObject(
            gvk=gvk(manifest["apiVersion"], manifest["kind"]),
            namespace=item.namespace,
            name=manifest["metadata"]["name"],
            manifest=manifest,
            resource=replace(item.resource, assumed=assumption(manifest)),
        )


def _is_manifest(value: Any) -> bool:
    metadata = value.get("metadata") if isinstance(value, OBJECT) else None
    return (
        isinstance(metadata, OBJECT)
        and isinstance(metadata.get("name"), str)
        and (value.get("apiVersion"), value.get("kind")) in _KINDS
    )


def _place(item: KubernetesObject) -> tuple[Any, str, Any]:
    return item.namespace, item.gvk.kind, item.name
