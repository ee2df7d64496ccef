"""Assignments of pods to nodes: one that works, found fast, or the certainty that there is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from assurance.proofs.capacity.amounts import Amounts
from assurance.proofs.capacity.cluster import Cluster, Crowd, Site
from assurance.proofs.capacity.nodes import HOSTNAME
from assurance.proofs.capacity.shortage import Numbers

_MANY = 2**31
_STEPS = 20_000
_SMALL = 40
"""Pods, up to which every assignment is tried."""


@dataclass(slots=True, eq=False)
class Node:
    """One node while it is being filled."""

    site: Site
    number: int
    free: dict[str, float]
    holds: dict[Crowd, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Pool and number; the number means nothing."""
        return f"{self.site.group}-{self.number}"

    def takes(self, wanted: Amounts) -> int:
        """How many more pods fit by room alone."""
        rooms = ((self.free[name], amount) for name, amount in wanted.items())
        return min(_MANY if free == inf else int(free) // amount for free, amount in rooms)

    def place(self, crowd: Crowd, count: int) -> None:
        """Put pods there, or take some away."""
        self.holds[crowd] = self.holds.get(crowd, 0) + count
        if not self.holds[crowd]:
            del self.holds[crowd]
        for name, amount in crowd.pods.appetite.placed.items():
            self.free[name] -= amount * count

    def domain(self, topology: str) -> object:
        """The place that it shares with others, or itself alone; None if none."""
        if topology == HOSTNAME:
            return self
        value = self.site.group.label(topology)
        return value if isinstance(value, str) else None


Packing = Mapping[str, Mapping[str, int]]
"""By node, how many pods of each template."""


class Packer:
    """Fills nodes; nothing outlives one attempt."""

    def __init__(self, cluster: Cluster, numbers: Numbers, *, at_best: bool = False) -> None:
        self._numbers = {crowd: number for crowd, number in numbers.items() if number}
        self._at_best = at_best
        wanted = {name for crowd in self._numbers for name in crowd.pods.appetite.placed}
        self._nodes = [
            Node(site, number, {name: site.room(name, at_best=at_best) for name in wanted})
            for site in cluster.sites
            for number in range(site.group.most)
        ]
        self._whole = {n: max((x.free[n] for x in self._nodes), default=0) for n in wanted}
        self._mind = cluster.apart
        self._steps = 0
        self.all_tried = False

    def fast(self) -> Packing | None:
        """First fit, the most confined and largest first; None proves nothing."""
        order = sorted(self._numbers, key=self._difficulty)
        for crowd in order:
            left = self._numbers[crowd]
            for node in self._nodes:
                if not left:
                    break
                if self._where(crowd) >> node.site.group.number & 1:
                    left -= self._fill(node, crowd, left)
            if left:
                return None
        return self.shown()

    def search(self) -> Packing | None:
        """Try every assignment of a few pods; None proves something only once all were tried."""
        if sum(self._numbers.values()) > _SMALL:
            return None
        order = sorted(self._numbers, key=self._difficulty)
        pods = [crowd for crowd in order for _ in range(self._numbers[crowd])]
        found = self._search(pods, 0, 0)
        self.all_tried = not found and self._steps < _STEPS
        return self.shown() if found else None

    def shown(self) -> Packing:
        """What is where now."""
        return {
            node.name: {crowd.pods.name: count for crowd, count in node.holds.items()}
            for node in self._nodes
            if node.holds
        }

    def _where(self, crowd: Crowd) -> int:
        return crowd.perhaps if self._at_best else crowd.sure

    def _difficulty(self, crowd: Crowd) -> tuple[int, float, str]:
        whole = self._whole
        share = max(
            (a / whole[n] if whole[n] else inf) for n, a in crowd.pods.appetite.placed.items()
        )
        return self._where(crowd).bit_count(), -share, crowd.pods.name

    def _fill(self, node: Node, crowd: Crowd, most: int) -> int:
        if crowd not in self._mind:
            count = min(most, node.takes(crowd.pods.appetite.placed))
            if count:
                node.place(crowd, count)
            return count
        count = 0
        while count < most and self._fits(node, crowd):
            node.place(crowd, 1)
            count += 1
        return count

    def _fits(self, node: Node, crowd: Crowd) -> bool:
        if not self._where(crowd) >> node.site.group.number & 1:
            return False
        if not node.takes(crowd.pods.appetite.placed):
            return False
        return not any(
            other in there.holds
            for other, topologies in self._mind.get(crowd, {}).items()
            for topology in topologies
            for there in self._sharing(node, topology)
        )

    def _sharing(self, node: Node, topology: str) -> Sequence[Node]:
        domain = node.domain(topology)
        if domain is node:
            return (node,)
        return [] if domain is None else [n for n in self._nodes if n.domain(topology) == domain]

    def _search(self, pods: Sequence[Crowd], at: int, since: int) -> bool:
        """Place the pods from `at` on; equal pods in the order of nodes, equal nodes once."""
        if at == len(pods):
            return True
        crowd = pods[at]
        start = since if at and pods[at - 1] is crowd else 0
        for index in self._candidates(crowd, start):
            self._steps += 1
            if self._steps >= _STEPS:
                return False
            self._nodes[index].place(crowd, 1)
            if self._search(pods, at + 1, index):
                return True
            self._nodes[index].place(crowd, -1)
        return False

    def _candidates(self, crowd: Crowd, start: int) -> Iterator[int]:
        seen = set()
        for index in range(start, len(self._nodes)):
            node = self._nodes[index]
            alike = (
                node.site.group.number,
                tuple(sorted(node.free.items())),
                frozenset(crowd for crowd in node.holds if crowd in self._mind),
            )
            if alike not in seen and self._fits(node, crowd):
                seen.add(alike)
                yield index
