"""When no assignment exists: counts that every assignment would have to satisfy, and that fail.

Each is a relaxation: whatever holds of every assignment is left out but one count, so a count that
fails refutes all of them. Pods that may only be on some nodes must find room there together: in
sum, in pieces (pods of at least a size, of which a node takes so many), and one by one where they
must be kept apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from assurance.proofs.capacity.amounts import show
from assurance.proofs.capacity.cluster import Cluster, Crowd, Site
from assurance.proofs.capacity.nodes import HOSTNAME
from assurance.proofs.network.bits import Bits

Numbers = Mapping[Crowd, int]
"""How many pods of each crowd there are."""
_SETS = 64
"""Sets of sites that are looked at, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortage:
    """A count that fails."""

    crowds: tuple[Crowd, ...]
    where: Bits
    words: str
    """The arithmetic."""
    witness: Mapping[str, object]


def shortage(cluster: Cluster, numbers: Numbers) -> Shortage | None:
    """The first count that fails, or None if none does, which proves nothing."""
    crowds = [crowd for crowd, number in numbers.items() if number and crowd.perhaps]
    for where in _sets(crowds):
        confined = [crowd for crowd in crowds if not crowd.perhaps & ~where]
        sites = cluster.of(where)
        for count in (_in_sum, _in_pieces):
            found = count(confined, sites, numbers)
            if found is not None:
                named, words, witness = found
                return Shortage(crowds=tuple(named), where=where, words=words, witness=witness)
    return _apart(cluster, crowds, numbers)


def _sets(crowds: Iterable[Crowd]) -> list[Bits]:
    """Sites that some crowds are confined to, and unions of those, small ones first."""
    masks = sorted({crowd.perhaps for crowd in crowds}, key=lambda mask: (mask.bit_count(), mask))
    found = dict.fromkeys(masks)
    for mask in masks:
        for other in list(found):
            if len(found) >= _SETS:
                break
            found[mask | other] = None
    if masks:
        found[_union(masks)] = None
    return sorted(found, key=lambda mask: (mask.bit_count(), mask))


def _union(masks: Iterable[Bits]) -> Bits:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


_Failing = tuple[list[Crowd], str, dict[str, object]]


def _in_sum(crowds: list[Crowd], sites: list[Site], numbers: Numbers) -> _Failing | None:
    asked: dict[str, int] = {}
    for crowd in crowds:
        for name, amount in crowd.pods.appetite.placed.items():
            asked[name] = asked.get(name, 0) + amount * numbers[crowd]
    for name, amount in asked.items():
        offered = sum(site.group.most * max(site.room(name, at_best=True), 0) for site in sites)
        if amount > offered:
            those = [crowd for crowd in crowds if name in crowd.pods.appetite.placed]
            nodes = sum(site.group.most for site in sites)
            words = (
                f"together they ask for {show(name, amount)} {name}, and the {_nodes(nodes)} that "
                f"they may be on have {show(name, offered)}"
            )
            return those, words, {"resource": name, "asked": amount, "offered": int(offered)}
    return None


def _in_pieces(crowds: list[Crowd], sites: list[Site], numbers: Numbers) -> _Failing | None:
    names = {name for crowd in crowds for name in crowd.pods.appetite.placed}
    for name in sorted(names):
        by_size: dict[int, list[Crowd]] = {}
        for crowd in crowds:
            if name in crowd.pods.appetite.placed:
                by_size.setdefault(crowd.pods.appetite.placed[name], []).append(crowd)
        sizes = sorted(by_size, reverse=True)
        counts = accumulate(sum(numbers[c] for c in by_size[size]) for size in sizes)
        for size, count in zip(sizes, counts, strict=True):
            places = sum(_pieces(site, name, size) for site in sites)
            if count > places:
                those = [c for each in sizes[: sizes.index(size) + 1] for c in by_size[each]]
                words = (
                    f"{count} pods ask for {show(name, size)} {name} or more, and the nodes that "
                    f"they may be on have room for {int(places)} such"
                )
                witness: dict[str, object] = {"resource": name, "of at least": size}
                return those, words, {**witness, "pods": count, "places": int(places)}
    return None


def _pieces(site: Site, name: str, size: int) -> float:
    room = max(site.room(name, at_best=True), 0)
    return inf if room == inf else site.group.most * (int(room) // size)


def _apart(cluster: Cluster, crowds: list[Crowd], numbers: Numbers) -> Shortage | None:
    """More pods than places, each of which takes only one of them."""
    topologies = {t for near in cluster.apart.values() for places in near.values() for t in places}
    for topology in sorted(topologies):
        near = {
            one: {two for two, places in cluster.apart.get(one, {}).items() if topology in places}
            for one in crowds
        }
        for clique in _cliques(near, numbers):
            where = _union(crowd.perhaps for crowd in clique)
            places = _places(cluster.of(where), topology)
            count = sum(numbers[crowd] if crowd in near[crowd] else 1 for crowd in clique)
            if count > places:
                words = (
                    f"{count} pods must each have a {topology} of their own, and the nodes that "
                    f"they may be on have {int(places)}"
                )
                witness = {"apart by": topology, "pods": count, "places": int(places)}
                return Shortage(crowds=tuple(clique), where=where, words=words, witness=witness)
    return None


def _cliques(near: Mapping[Crowd, set[Crowd]], numbers: Numbers) -> Iterator[list[Crowd]]:
    """For each crowd, others that must all be kept apart from it and from one another.

    Pods of a crowd that mind each other count all, others once.
    """
    for start, others in near.items():
        clique = [start] if others else []
        for other in sorted(
            others - {start}, key=lambda one: (-numbers.get(one, 0), one.pods.name)
        ):
            if numbers.get(other) and all(other in near[one] for one in clique):
                clique.append(other)
        if clique:
            yield clique


def _places(sites: list[Site], topology: str) -> float:
    if topology == HOSTNAME:
        return sum(site.group.most for site in sites)
    values = [site.group.label(topology) for site in sites]
    known = {value for value in values if isinstance(value, str)}
    return len(known) if all(isinstance(value, str) for value in values) else inf


def _nodes(number: int) -> str:
    return f"{number} node{'s' if number != 1 else ''}"
