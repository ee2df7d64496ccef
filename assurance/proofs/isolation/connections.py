"""Every connection that is allowed: between workloads, and with what is off the cluster."""

from collections.abc import Iterator
from dataclasses import dataclass

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.isolation.cluster import Cluster, cluster
from assurance.proofs.isolation.declared import Declared, left_over, own_ranges
from assurance.proofs.network.bits import members
from assurance.proofs.network.model import Opening
from assurance.proofs.network.spans import (
    EVERY_ADDRESS,
    NOTHING,
    Spans,
    minus,
    show_addresses,
    union,
)

_NAMES = 3
"""How many pods are named that no policy tells from the first one."""
_RANGES = 3
"""How many ranges of addresses are spelled out."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Connection:
    """One open way between two ends."""

    source: str
    """`namespace/Kind name`, or addresses."""
    target: str
    ports: Spans
    egress: tuple[str, ...] = ()
    """Policies that allow it at the source; none: nothing closes it there."""
    ingress: tuple[str, ...] = ()
    declared: bool = False
    """Whether intent asks for all of it."""


def connections(graph: Graph, intent: Intent) -> tuple[Connection, ...]:
    """All of them, in order; what no policy tells apart stands under one of its names."""
    return tuple(sorted({*Connections(cluster(graph, intent)).all()}))


class Connections:
    """Looks from every class of pods at all that it reaches, and outwards both ways."""

    def __init__(self, seen: Cluster) -> None:
        self._cluster, self._network = seen, seen.network
        self._declared = Declared(seen)
        self._names = {EVERY_ADDRESS: "anywhere", self._declared.internet: "the internet"}
        own = own_ranges(seen.intent)
        self._names |= {area: name for name, area in own.items() if area}

    def all(self) -> Iterator[Connection]:
        """From pods to pods, from pods outwards, and from outside to pods."""
        for index in range(len(self._network.classes)):
            yield from self._to_pods(index)
            yield from self._outwards(index)
            yield from self._inwards(index)

    def _to_pods(self, source: int) -> Iterator[Connection]:
        reached: dict[int, Spans] = {}
        for targets, ports in self._network.flows(source):
            for target in members(targets):
                reached[target] = union(reached.get(target, NOTHING), ports)
        for target, ports in reached.items():
            alone = source == target and len(self._network.classes[source]) == 1
            if alone or (self._supposed(source) and self._supposed(target)):
                continue
            network = self._network
            yield Connection(
                source=self._name(source),
                target=self._name(target),
                ports=ports,
                egress=tuple(map(str, network.because("egress", source, target, ports))),
                ingress=tuple(map(str, network.because("ingress", target, source, ports))),
                declared=not minus(ports, self._declared.ports(source, target)),
            )

    def _outwards(self, source: int) -> Iterator[Connection]:
        if self._supposed(source):
            return
        allowed = self._declared.regions(source)
        for opening in self._network.openings("egress", source):
            if opening.addresses and opening.ports:
                yield Connection(
                    source=self._name(source),
                    target=self._place(opening.addresses),
                    ports=opening.ports,
                    egress=_policies(opening),
                    declared=not left_over([(opening.addresses, opening.ports)], allowed),
                )

    def _inwards(self, target: int) -> Iterator[Connection]:
        if self._supposed(target):
            return
        allowed = self._declared.entries(target)
        for opening in self._network.openings("ingress", target):
            if opening.addresses and opening.ports:
                yield Connection(
                    source=self._place(opening.addresses),
                    target=self._name(target),
                    ports=opening.ports,
                    ingress=_policies(opening),
                    declared=not left_over([(opening.addresses, opening.ports)], allowed),
                )

    def _supposed(self, index: int) -> bool:
        """Pods of somebody else's, about whose policies the graph says nothing."""
        return self._network.pod(index).supposed

    def _name(self, index: int) -> str:
        first, *others = self._network.classes[index]
        more = len(others) - _NAMES
        names = [str(first), *(pod.name for pod in others[:_NAMES])]
        return ", ".join(names) + (f" and {more} more" if more > 0 else "")

    def _place(self, where: Spans) -> str:
        known = self._names.get(where)
        if known is not None:
            return known
        more = len(where) - _RANGES
        shown = show_addresses(where[:_RANGES])
        return f"{shown} and {more} more ranges" if more > 0 else shown


def _policies(opening: Opening) -> tuple[str, ...]:
    return () if opening.policy is None else (str(opening.policy),)
