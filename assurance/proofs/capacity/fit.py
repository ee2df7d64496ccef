"""Whether all pods find room: each for itself, all together, whatever comes first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assurance.proofs.capacity.bound import Bound
from assurance.proofs.capacity.cluster import Cluster, Crowd
from assurance.proofs.capacity.packing import Packer, Packing
from assurance.proofs.capacity.shortage import Numbers, Shortage, shortage
from assurance.proofs.capacity.witness import (
    amounts,
    clauses,
    described,
    finding,
    joined,
    places,
    pods,
    resting_on,
)
from assurance.proofs.findings import Finding, Status
from assurance.proofs.network.bits import Bits

_NODES_SHOWN = 20


class Fit:
    """Judges pods against nodes."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._bound = Bound(cluster)
        self._certain = {crowd for crowd in cluster.crowds if self._bound.certain(crowd)}

    def findings(self) -> Iterator[Finding]:
        """Refuted shortages, undecided ones with a packing, and what is certain by namespace."""
        yield from self._agents()
        lost = [crowd for crowd in self._cluster.crowds if _wanted(crowd) and not crowd.perhaps]
        yield from map(self._nowhere, lost)
        for crowds in self._contending():
            yield from self._together(crowds)
        yield from self._proved()

    def _agents(self) -> Iterator[Finding]:
        """DaemonSets that a node cannot carry."""
        for site in self._cluster.sites:
            short = [name for name, room in site.roomy.items() if room < 0]
            if short:
                name = short[0]
                asked = site.group.offers[name] - site.roomy[name]
                agents = [p for p in site.agents if name in p.appetite.placed]
                yield finding(
                    "daemonsets-over-node",
                    Status.REFUTED,
                    f"pool {site.group.pool}",
                    f"the DaemonSets on each node ask for {asked} {name}, and a node has "
                    f"{site.group.offers[name]}: {joined(p.name for p in agents)}",
                    witness={"pool": site.group.pool, "resource": name, "asked": asked},
                    remedy="lower their requests, or give the pool larger nodes",
                    origin=agents[0].origin,
                )

    def _nowhere(self, crowd: Crowd) -> Finding:
        against = {
            str(site.group): why
            for site, why in zip(self._cluster.sites, crowd.against, strict=True)
        }
        said = "; ".join(f"{pool}: {why}" for pool, why in list(against.items())[:6])
        return finding(
            "pod-fits-nowhere",
            Status.REFUTED,
            crowd.pods.name,
            f"not one of its pods fits on any node ({said})",
            witness={"pod": amounts(crowd), "pools": against},
            remedy="ask for less, select another pool, tolerate its taint, or add a pool",
            origin=crowd.pods.origin,
            assumes=resting_on([crowd]),
        )

    def _contending(self) -> Iterator[list[Crowd]]:
        """Pods that compete for nodes, with at least one of which nobody can be certain."""
        crowds = [c for c in self._cluster.crowds if _wanted(c) and c.perhaps]
        for mask in _merged({crowd.perhaps for crowd in crowds}):
            there = [crowd for crowd in crowds if crowd.perhaps & mask]
            if not self._certain.issuperset(there):
                yield there

    def _together(self, crowds: Sequence[Crowd]) -> Iterator[Finding]:
        always = {crowd: crowd.pods.count.always for crowd in crowds}
        peak = {crowd: crowd.pods.count.peak for crowd in crowds}
        for rule, numbers in (("pods-over-pools", always), ("peak-over-pools", peak)):
            found = shortage(self._cluster, numbers)
            if found is not None:
                yield self._short(rule, found, numbers)
                return
        packing = Packer(self._cluster, peak).fast()
        if packing is None:
            for rule, numbers in (("pods-over-pools", always), ("peak-over-pools", peak)):
                packer = Packer(self._cluster, numbers, at_best=True)
                if packer.search() is None and packer.all_tried:
                    yield self._short(rule, self._every_way(numbers), numbers)
                    return
            packing = Packer(self._cluster, peak).search()
        yield self._undecided(crowds, packing)

    def _every_way(self, numbers: Numbers) -> Shortage:
        there = [crowd for crowd, number in numbers.items() if number]
        where = 0
        for crowd in there:
            where |= crowd.perhaps
        words = f"every way to place them on {self._cluster.nodes(where)} nodes was tried"
        witness = {"pods": sum(numbers.values()), "nodes": self._cluster.nodes(where)}
        return Shortage(crowds=tuple(there), where=where, words=words, witness=witness)

    def _short(self, rule: str, found: Shortage, numbers: Numbers) -> Finding:
        count = sum(numbers[crowd] for crowd in found.crowds)
        largest = sorted(found.crowds, key=lambda c: (-numbers[c], c.pods.name))
        who = joined(described(crowd, numbers[crowd]) for crowd in largest)
        when = (
            "that always run"
            if rule == "pods-over-pools"
            else "that there are at most, with autoscalers at their maximum and updates under way,"
        )
        return finding(
            rule,
            Status.REFUTED,
            places(self._cluster, found.where),
            f"the {pods(count)} {when} do not all fit: {found.words} ({who})",
            witness={**found.witness, "pods by template": _by_name(numbers, found.crowds)},
            remedy="let the pools grow, ask for less, or lower the numbers of replicas",
            origin=largest[0].pods.origin,
            assumes=resting_on(found.crowds),
        )

    def _undecided(self, crowds: Sequence[Crowd], packing: Packing | None) -> Finding:
        where = 0
        for crowd in crowds:
            where |= crowd.perhaps
        doubtful = [crowd for crowd in crowds if crowd not in self._certain]
        number = sum(crowd.pods.count.peak for crowd in crowds)
        way = f"no way to place all {pods(number)} was found, and none is known not to exist"
        if packing is not None:
            aside = any(crowd.pods.left_out for crowd in crowds)
            way = f"there is a way to place all {pods(number)}" + (
                ", apart from what is not part of the model" if aside else ""
            )
        return finding(
            "order-decides",
            Status.UNKNOWN,
            places(self._cluster, where),
            f"{way}; that each finds room whatever came before it is not certain of "
            f"{joined(c.pods.name for c in doubtful)} ({clauses(self._doubts(doubtful))})",
            witness={
                "packing": dict(list((packing or {}).items())[:_NODES_SHOWN]),
                "pods by template": _by_name({c: c.pods.count.peak for c in crowds}, crowds),
            },
            remedy="give the pools more room, or the large pods a pool of their own",
            origin=doubtful[0].pods.origin,
            assumes=resting_on(crowds),
        )

    def _doubts(self, doubtful: Sequence[Crowd]) -> list[str]:
        """Why nobody can be certain: what is not known, else who can be kept off."""
        found = [
            f"{crowd}: {what} is not part of the model"
            for crowd in doubtful
            for what in crowd.pods.left_out
        ]
        for crowd in doubtful:
            if crowd.sure != crowd.perhaps:
                number = (crowd.sure ^ crowd.perhaps).bit_length() - 1
                found.append(f"{crowd}: {crowd.against[number]}")
        found += [
            f"{other}: {other.pods.count.open}"
            for other in self._cluster.crowds
            if other.pods.count.open and any(other.perhaps & crowd.sure for crowd in doubtful)
        ]
        full = [crowd for crowd in doubtful if crowd.sure and not crowd.pods.left_out]
        if full and not found:
            worst = min(full, key=lambda crowd: self._bound.left(crowd, crowd.sure))
            where = " in the zone of its volume" if worst.pods.keeps_volume else ""
            nodes = self._cluster.nodes(worst.sure)
            found.append(f"others can keep {described(worst, 1)} off each of {nodes} nodes{where}")
        return found

    def _proved(self) -> Iterator[Finding]:
        """By namespace, where every pod is certain to find room."""
        by_namespace: dict[str, list[Crowd]] = {}
        for crowd in self._cluster.crowds:
            by_namespace.setdefault(crowd.pods.namespace, []).append(crowd)
        for namespace, crowds in sorted(by_namespace.items()):
            if not self._certain.issuperset(crowds):
                continue
            number = sum(crowd.pods.count.peak for crowd in crowds)
            grow = self._growth(crowds)
            yield finding(
                "pods-fit",
                Status.PROVED,
                f"namespace {namespace}",
                f"each of at most {pods(number)} finds room, whatever came before it"
                + (f", once {grow}" if grow else ""),
                witness={"pods by template": _by_name(_peaks(crowds), crowds)},
                assumes=resting_on(crowds),
            )

    def _growth(self, crowds: Sequence[Crowd]) -> str:
        """What pools have to grow for it, if they must."""
        where = 0
        for crowd in crowds:
            if not self._bound.certain(crowd, grown=False):
                where |= crowd.sure
        pools: dict[str, list[int]] = {}
        for site in self._cluster.of(where):
            least, most = pools.setdefault(site.group.pool, [0, 0])
            pools[site.group.pool] = [least + site.group.least, most + site.group.most]
        growing = [
            f"pool {n} has grown from {a} towards {b}" for n, (a, b) in pools.items() if b > a
        ]
        return joined(growing)


def _merged(masks: Iterable[Bits]) -> list[Bits]:
    """Sets that share members become one."""
    merged: list[Bits] = []
    for mask in sorted(masks):
        whole = mask
        for other in [other for other in merged if other & mask]:
            merged.remove(other)
            whole |= other
        merged.append(whole)
    return merged


def _wanted(crowd: Crowd) -> bool:
    return bool(crowd.pods.count.peak or crowd.pods.count.open)


def _peaks(crowds: Sequence[Crowd]) -> Numbers:
    return {crowd: crowd.pods.count.peak for crowd in crowds}


def _by_name(numbers: Numbers, crowds: Sequence[Crowd]) -> Mapping[str, int]:
    return {crowd.pods.name: numbers[crowd] for crowd in crowds}
