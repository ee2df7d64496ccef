"""When a pod finds room in every order of arrival: a bound on how many nodes others can block.

A node is blocked for a pod if some resource that the pod asks for is so far used that the pod no
longer fits, or if a pod is near that the two must keep apart. To block one node by CPU, other pods
must use at least `free - wanted + 1` of it there, rounded up to the grain in which they come (the
greatest common divisor of what they ask for). All pods together have no more CPU than the sum of
their requests, and no more than the quotas of their namespaces let in. So CPU blocks at most as
many nodes as that sum pays for, cheapest first; the same for every other resource, for the number
of pods, and for each pod that must be kept apart. Where these numbers together stay below the
number of nodes, one node is left, whatever has been placed where and in whatever order.

So it is where the pods are too few: a node is blocked by no fewer pods than the largest ones that
together ask for that much, and a pod is on one node only.

No scheduler's preference is assumed: any node that is feasible may have been taken. A pod that
always finds room never needs preemption, so priorities do not matter.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import gcd, inf

from assurance.proofs.capacity.amounts import PODS, Amounts
from assurance.proofs.capacity.appetite import counted, on_nodes
from assurance.proofs.capacity.cluster import Cluster, Crowd, Site
from assurance.proofs.capacity.nodes import HOSTNAME
from assurance.proofs.network.bits import Bits, members

Budget = Mapping[str, float]
_MANY = 2**40
"""Of pods whose number has no end."""


class _Pressure:
    """What pods ask for that may be on some sites."""

    def __init__(
        self, total: Mapping[str, float], pieces: Mapping[str, list[tuple[int, int]]]
    ) -> None:
        self.total, self._pieces = total, pieces
        self.grains = {name: gcd(*(size for size, _ in sizes)) for name, sizes in pieces.items()}

    def fewest(self, name: str, amount: int) -> float:
        """How few pods can ask for so much of a resource together."""
        taken = 0
        for size, number in self._pieces[name]:
            needed = -(-amount // size)
            if needed <= number:
                return taken + needed
            taken, amount = taken + number, amount - size * number
        return inf


class Bound:
    """Decides, pod by pod, whether room is certain."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._by_namespace: dict[str, dict[Bits, list[Crowd]]] = {}
        for crowd in cluster.crowds:
            masks = self._by_namespace.setdefault(crowd.pods.namespace, {})
            masks.setdefault(crowd.perhaps, []).append(crowd)
        self._sums = {
            name: {mask: _sum(crowds) for mask, crowds in masks.items()}
            for name, masks in self._by_namespace.items()
        }
        self._pressure = cache(self._press)

    def certain(self, crowd: Crowd, *, grown: bool = True) -> bool:
        """Whether each of these pods finds room, whatever came before it.

        With the nodes that pools may grow to, or only with those that are always there.
        """
        if crowd.pods.left_out or (not crowd.pods.count.peak and not crowd.pods.count.open):
            return not crowd.pods.left_out
        return all(
            any(self.left(crowd, where, grown=grown) > 0 for where in self._choices(either))
            for either in self._turns(crowd)
        )

    def left(self, crowd: Crowd, where: Bits, *, grown: bool = True) -> float:
        """Of some sites, how many nodes all others cannot block for one of these pods."""
        sites = self._cluster.of(where)
        if not sites:
            return 0
        press = self._pressure(where)
        apart = sum(self._kept_apart(crowd, sites, grown=grown))
        by_sums, pieces = apart, dict.fromkeys(range(len(sites)), inf)
        for name, wanted in crowd.pods.appetite.placed.items():
            costs = [_grained(int(s.room(name)) - wanted + 1, press.grains[name]) for s in sites]
            numbers = [_number(site, grown) for site in sites]
            by_sums += _paid(press.total[name] - wanted, sorted(zip(costs, numbers, strict=True)))
            for at, cost in enumerate(costs):
                pieces[at] = min(pieces[at], press.fewest(name, cost))
        by_number = _paid(
            press.total[PODS] - 1,
            sorted((pieces[at], _number(site, grown)) for at, site in enumerate(sites)),
        )
        blocked = by_sums if apart else min(by_sums, by_number)
        return sum(_number(site, grown) for site in sites) - blocked

    def _turns(self, crowd: Crowd) -> Iterator[Bits]:
        """Where room must be: with a volume, in each zone, as that may be where the volume is."""
        if not crowd.pods.keeps_volume:
            yield crowd.sure
            return
        zones: dict[str | None, Bits] = {}
        for site in self._cluster.of(crowd.sure):
            zone = site.group.zone
            zones[zone] = zones.get(zone, 0) | 1 << site.group.number
        yield from zones.values() or [0]

    def _choices(self, where: Bits) -> Iterator[Bits]:
        """Sets of sites, any of which may show that there is room: all, and each pool alone."""
        yield where
        if where & (where - 1):
            yield from (1 << number for number in members(where))

    def _press(self, where: Bits) -> _Pressure:
        """What all pods that may be on some sites ask for together, and in what pieces."""
        total: dict[str, float] = {}
        pieces: dict[str, Counter[int]] = {}
        for namespace, masks in self._sums.items():
            there = [mask for mask in masks if mask & where]
            caps = self._caps(namespace)
            for name, amount in _added(masks[mask] for mask in there).items():
                total[name] = total.get(name, 0) + min(amount, caps.get(name, inf))
            for mask in there:
                for crowd in self._by_namespace[namespace][mask]:
                    count = crowd.pods.count
                    for name, amount in crowd.pods.appetite.placed.items():
                        sizes = pieces.setdefault(name, Counter())
                        sizes[amount] += _MANY if count.open else count.peak
        return _Pressure(
            total, {name: sorted(s.items(), reverse=True) for name, s in pieces.items()}
        )

    def _caps(self, namespace: str) -> Amounts:
        """What the quotas that count every pod let in."""
        caps: dict[str, int] = {}
        there = self._cluster.namespaces.get(namespace)
        for quota in there.quotas if there else ():
            for key, hard in quota.hard.items() if not quota.scopes else ():
                if (name := on_nodes(key)) is not None:
                    most = counted(name, hard)
                    caps[name] = min(most, caps.get(name, most))
        return caps

    def _kept_apart(self, crowd: Crowd, sites: list[Site], *, grown: bool) -> Iterator[float]:
        """Nodes that pods which must be kept apart can block."""
        where = sum(1 << site.group.number for site in sites)
        for other, topologies in self._cluster.apart.get(crowd, {}).items():
            for topology in topologies if other.perhaps & where else ():
                there = inf if other.pods.count.open else other.pods.count.peak
                number = there - (1 if other is crowd else 0)
                sizes = sorted(_domains(topology, sites, grown=grown), reverse=True)
                yield sum(size for turn, size in enumerate(sizes) if turn < number)


def _sum(crowds: list[Crowd]) -> dict[str, float]:
    total: dict[str, float] = {}
    for crowd in crowds:
        number = inf if crowd.pods.count.open else crowd.pods.count.peak
        for name, amount in crowd.pods.appetite.placed.items():
            total[name] = total.get(name, 0) + amount * number
    return total


def _added(budgets: Iterable[Budget]) -> Budget:
    total: dict[str, float] = {}
    for budget in budgets:
        for name, amount in budget.items():
            total[name] = total.get(name, 0) + amount
    return total


def _number(site: Site, grown: bool) -> int:  # noqa: FBT001 - which of two numbers
    return site.group.most if grown else site.group.least


def _grained(cost: int, grain: int) -> int:
    return -(-cost // grain) * grain


def _paid(budget: float, by_cost: Sequence[tuple[float, int]]) -> float:
    """How many nodes a budget pays for, cheapest first."""
    paid = 0.0
    for cost, nodes in by_cost:
        if cost == inf:
            break
        bought = nodes if budget == inf else min(nodes, budget // cost)
        paid += bought
        budget -= bought * cost
        if bought < nodes:
            break
    return paid


def _domains(topology: str, sites: list[Site], *, grown: bool) -> Iterator[int]:
    """Sizes of the places that a label tells apart; what lacks the label belongs to none."""
    sizes: dict[object, int] = {}
    for site in sites:
        nodes = _number(site, grown)
        value = site.group.label(topology)
        if topology == HOSTNAME:
            yield from [1] * nodes
        elif value is not None:
            sizes[value] = sizes.get(value, 0) + nodes
    yield from sizes.values()
