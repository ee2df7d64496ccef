"""Claims for storage: those of the graph, and those that each pod gets for itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.resource import Marker, Origin
from assurance.proofs.capacity.amounts import Amounts, amounts_of
from assurance.proofs.capacity.cluster import Cluster
from assurance.proofs.capacity.pods import Blur, Pods, claim_templates
from assurance.proofs.capacity.quotas import CLAIMED, CLAIMS, OF_CLASS
from assurance.proofs.capacity.reading import UnreadableError, mapping, mappings, unreadable

_PLACE = "its namespace"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Claims of one size."""

    name: str
    namespace: str
    requests: Amounts
    storage_class: str | None
    """None: the cluster's own."""
    peak: int
    origin: Origin

    def uses(self, key: str) -> int:
        """How much of a quota's key all of them use."""
        if OF_CLASS in key:
            name, _, key = key.partition(OF_CLASS)
            if name != self.storage_class:
                return 0
        if key in CLAIMS:
            return self.peak
        return self.peak * self.requests.get("storage", 0) if key == CLAIMED else 0


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
    spec = mapping(manifest.get("spec"), "spec")
    resources = mapping(spec.get("resources"), "spec.resources")
    named = spec.get("storageClassName")
    return Claim(
        name=name,
        namespace=namespace,
        requests=amounts_of(resources.get("requests"), "spec.resources.requests"),
        storage_class=named if isinstance(named, str) else None,
        peak=peak,
        origin=origin,
    )
