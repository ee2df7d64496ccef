"""The nodes that pools promise, as groups of nodes that nothing tells apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assurance.graph.resource import Marker
from assurance.graph.values import Pool, Taint
from assurance.proofs.capacity.amounts import CPU, MEMORY, PODS, STORAGE, Amounts

ZONE = "topology.kubernetes.io/zone"
HOSTNAME = "kubernetes.io/hostname"
_BY_OTHERS = (
    *("kubernetes.io", "k8s.io", "amazonaws.com", "azure.com", "google.com", "karpenter.sh"),
    *("nvidia.com", "amd.com", "intel.com"),
)
"""Whose labels nodes carry without a pool having stated them."""
_BOUNDLESS = 2**60
"""A disk of which nobody says how large it is never decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Nodes of one pool in one zone."""

    number: int
    pool: str
    zone: str | None
    least: int
    """Nodes that are always there."""
    most: int
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    offers: Amounts
    """Of one node."""

    def __str__(self) -> str:
        """Pool and zone."""
        return f"{self.pool} in {self.zone}" if self.zone else self.pool

    def label(self, key: str) -> str | Marker | None:
        """A label's value; None where there is none, a marker where that is not known."""
        if key in self.labels:
            return self.labels[key]
        domain = key.partition("/")[0] if "/" in key else ""
        foreign = any(domain == name or domain.endswith(f".{name}") for name in _BY_OTHERS)
        return Marker.UNKNOWN if foreign else None

    def offer(self, resource: str) -> int | None:
        """How much of a resource one node has; None where the pool cannot say."""
        if resource in self.offers:
            return self.offers[resource]
        return None if resource.startswith("hugepages-") else 0

    @property
    def counts_disk(self) -> bool:
        """Whether its pool says how large a node's own disk is."""
        return self.offers[STORAGE] < _BOUNDLESS


def groups(pools: Iterable[Pool]) -> tuple[Group, ...]:
    """Every pool's nodes; the zones of a pool take turns."""
    found: list[Group] = []
    for pool in pools:
        zones: tuple[str | None, ...] = pool.zones or (None,)
        for turn, zone in enumerate(zones):
            most = _turns(pool.max, len(zones), turn)
            if most:
                found.append(
                    _group(len(found), pool, zone, (_turns(pool.min, len(zones), turn), most))
                )
    return tuple(found)


def _turns(nodes: int, zones: int, turn: int) -> int:
    return (nodes + zones - 1 - turn) // zones


def _group(number: int, pool: Pool, zone: str | None, counts: tuple[int, int]) -> Group:
    labels = {"kubernetes.io/os": "linux", **pool.labels}
    if zone is not None:
        labels.setdefault(ZONE, zone)
    return Group(
        number=number,
        pool=pool.name,
        zone=zone,
        least=counts[0],
        most=counts[1],
        labels=labels,
        taints=pool.taints,
        offers=_offers(pool),
    )


def _offers(pool: Pool) -> dict[str, int]:
    shape = pool.shape
    disk = shape.storage or _BOUNDLESS
    offers = {CPU: shape.cpu, MEMORY: shape.memory, PODS: shape.pods, STORAGE: disk}
    if shape.gpu and shape.gpu_type:
        offers[shape.gpu_type] = shape.gpu
    return offers
