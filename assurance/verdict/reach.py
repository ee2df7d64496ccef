"""Who may reach what over which port, that could not before; and the other way round."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from assurance.proofs.isolation.cluster import cluster
from assurance.proofs.isolation.connections import Connections
from assurance.proofs.network.spans import NOTHING, Spans, minus, show_ports, union
from assurance.verdict.side import Side

_APART = "\n"
_NAMED = 4
Pairs = Mapping[tuple[str, str, bool], Spans]
"""By source, target, and whether intent asks for it."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Way:
    """An open way, between pods of two namespaces or what is off the cluster."""

    source: str
    sources: tuple[str, ...]
    """Pods of that namespace; none where the source is no namespace."""
    target: str
    targets: tuple[str, ...]
    ports: str
    declared: bool
    """Whether intent asks for all of it."""

    def __str__(self) -> str:
        """One line."""
        ends = (_end(self.source, self.sources), _end(self.target, self.targets))
        note = "" if self.declared else ", which no need asks for"
        if self.source == self.target:
            ends = (f"within {self.source}: {_end('', self.sources)}", _end("", self.targets))
        return f"{ends[0]} → {ends[1]} over {self.ports}{note}"


def opened(before: Side | None, after: Side | None) -> tuple[Way, ...]:
    """What is open after, and was not before."""
    if before is after:
        return ()
    return tuple(sorted(_grouped(_more(_pairs(before), _pairs(after)))))


def closed(before: Side | None, after: Side | None) -> tuple[Way, ...]:
    """What was open before and is not after, between what is still there."""
    if before is after:
        return ()
    old, new = _pairs(before), _pairs(after)
    gone = _pods(before) - _pods(after)
    less = {ends: ports for ends, ports in _more(new, old).items() if not gone & {ends[0], ends[1]}}
    return tuple(sorted(_grouped(less)))


def _more(old: Pairs, new: Pairs) -> Pairs:
    there: dict[tuple[str, str], Spans] = {}
    for (source, target, _), ports in old.items():
        there[source, target] = union(there.get((source, target), NOTHING), ports)
    return {
        ends: left
        for ends, ports in new.items()
        if (left := minus(ports, there.get(ends[:2], NOTHING)))
    }


class _Pods(Connections):
    """Connections between pods, each by its own name."""

    def _name(self, index: int) -> str:
        return _APART.join(map(str, self._network.classes[index]))


def _pods(side: Side | None) -> set[str]:
    if side is None:
        return set()
    seen = cluster(side.graph, side.intent).network.classes
    return {str(pod) for each in seen for pod in each}


def _pairs(side: Side | None) -> Pairs:
    found: dict[tuple[str, str, bool], Spans] = {}
    for one in _Pods(cluster(side.graph, side.intent)).all() if side is not None else ():
        for source in one.source.split(_APART):
            for target in one.target.split(_APART):
                ends = (source, target, one.declared)
                found[ends] = union(found.get(ends, NOTHING), one.ports)
    return found


def _grouped(pairs: Pairs) -> Iterator[Way]:
    """Pods of one namespace that may reach the same, over the same ports, in one line."""
    by_target: dict[tuple[str, str, Spans, bool], set[str]] = {}
    for (source, target, declared), ports in pairs.items():
        place, pod = _split(source)
        by_target.setdefault((place, target, ports, declared), set()).add(pod)
    by_source: dict[tuple[str, tuple[str, ...], str, Spans, bool], set[str]] = {}
    for (place, target, ports, declared), sources in by_target.items():
        where, pod = _split(target)
        key = (place, tuple(sorted(sources)), where, ports, declared)
        by_source.setdefault(key, set()).add(pod)
    for (place, pods, where, ports, declared), targets in by_source.items():
        yield Way(
            source=place,
            sources=_named(pods),
            target=where,
            targets=_named(targets),
            ports=show_ports(ports),
            declared=declared,
        )


@cache
def _split(end: str) -> tuple[str, str]:
    """Namespace and pod; what is off the cluster is no namespace."""
    place, slash, pod = end.partition("/")
    return (place, pod) if slash and " " in pod else (end, "")


def _named(pods: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(pod for pod in pods if pod))


def _end(place: str, pods: tuple[str, ...]) -> str:
    more = f" and {len(pods) - _NAMED} more" if len(pods) > _NAMED else ""
    shown = ", ".join(pods[:_NAMED]) + more
    return f"{place} ({shown})" if place and shown else place or shown
