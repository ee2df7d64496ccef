"""Claims for storage: those of the graph, and those that each pod gets for itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.resource import Marker, Origin
from assurance.proofs.admission.amounts import UnreadableError as NotKnownError
from assurance.proofs.admission.charges import claim_charge, claim_class, claim_requests
from assurance.proofs.capacity.cluster import Cluster
from assurance.proofs.capacity.pods import Blur, Pods, claim_templates
from assurance.proofs.capacity.reading import UnreadableError, mapping, mappings, unreadable

_PLACE = "its namespace"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Claims of one size."""

    name: str
    namespace: str
    requests: Mapping[str, Decimal]
    charge: Mapping[str, Decimal]
    """By quotas, under each of their keys."""
    peak: int
    origin: Origin


def claims(graph: Graph, cluster: Cluster) -> tuple[list[Claim], list[Blur]]:
    """All of them, and what cannot be read."""
    found: list[Claim] = []
    blurs: list[Blur] = []
    for item in graph.objects():
        if (item.gvk.group, item.gvk.kind) != ("", "PersistentVolumeClaim"):
            continue
        where = None if isinstance(item.namespace, Marker) else item.namespace or "default"
        try:
            if where is None:
                raise unreadable(_PLACE)
            found.append(_claim(str(item), where, item.manifest, 1, item.resource.origin))
        except UnreadableError as error:
            origin = item.resource.origin
            blurs.append(Blur(subject=str(item), namespace=where, reason=str(error), origin=origin))
    for crowd in cluster.crowds:
        try:
            found += _own(crowd.pods)
        except UnreadableError as error:
            name, where, origin = crowd.pods.name, crowd.pods.namespace, crowd.pods.origin
            blurs.append(Blur(subject=name, namespace=where, reason=str(error), origin=origin))
    return found, blurs


def _own(pods: Pods) -> Iterator[Claim]:
    """Claims of a StatefulSet's pods, and of volumes that live as long as their pod."""
    peak = pods.count.peak
    for stated in claim_templates(pods.template):
        yield _claim(f"{pods.name}'s claim", pods.namespace, stated, peak, pods.origin)
    for volume in mappings(pods.spec.get("volumes"), "spec.volumes"):
        own = mapping(volume.get("ephemeral"), "spec.volumes: ephemeral")
        if own:
            stated = mapping(own.get("volumeClaimTemplate"), "volumeClaimTemplate")
            yield _claim(f"{pods.name}'s volume", pods.namespace, stated, peak, pods.origin)


def _claim(
    name: str, namespace: str, manifest: Mapping[str, Any], peak: int, origin: Origin
) -> Claim:
    """A claim of the default class counts under no class's own key."""
    try:
        spec = mapping(manifest.get("spec"), "spec")
        return Claim(
            name=name,
            namespace=namespace,
            requests=claim_requests(spec, "spec"),
            charge=claim_charge(spec, claim_class(manifest, "") or "", "spec"),
            peak=peak,
            origin=origin,
        )
    except NotKnownError as error:
        raise UnreadableError(str(error)) from None
