"""What the engine makes before what, and deletes after it: paths of everything that it waits for.

A resource is registered once its dependencies, those of its properties, its parent, its provider
and what it is deleted with are there; the engine deletes in the opposite order. A dependency on a
component arrives expanded to the component's children. Stacks are deployed after the stacks whose
outputs they read.
"""

from collections.abc import Iterator, Mapping

from assurance.graph.graph import Graph
from assurance.graph.resource import Resource
from assurance.proofs.network.bits import Bits, bits
from assurance.proofs.network.bits import members as set_members

STACK_REFERENCE = "pulumi:pulumi:StackReference"


class Relation:
    """Answers whether one resource follows another, however long the path."""

    def __init__(self, graph: Graph) -> None:
        self._number = {urn: number for number, urn in enumerate(graph.resources)}
        self._before = [0] * len(self._number)
        self.cycle: tuple[str, ...] = ()
        """URNs of resources that wait for each other: the engine could never make them."""
        self._close(graph.resources)
        self._close_stacks(graph)

    def follows(self, urn: str, other: str) -> bool:
        """Whether `other` is there before `urn` is made, and goes only after it."""
        here, there = self._number.get(urn), self._number.get(other)
        return here is not None and there is not None and bool(self._before[here] >> there & 1)

    def _close(self, resources: Mapping[str, Resource]) -> None:
        """All that each resource follows, from those that follow nothing onwards."""
        number = self._number
        waiting = {urn: {d for d in direct(r) if d in number} for urn, r in resources.items()}
        users: dict[str, list[str]] = {}
        for urn, others in waiting.items():
            for other in others:
                users.setdefault(other, []).append(urn)
        missing = {urn: len(others) for urn, others in waiting.items()}
        ready = [urn for urn, count in missing.items() if not count]
        for urn in ready:
            closed = bits(number[other] for other in waiting[urn])
            for other in waiting[urn]:
                closed |= self._before[number[other]]
            self._before[number[urn]] = closed
            for user in users.get(urn, ()):
                missing[user] -= 1
                if not missing[user]:
                    ready.append(user)
        self.cycle = _cycle({urn: waiting[urn] for urn, count in missing.items() if count})

    def _close_stacks(self, graph: Graph) -> None:
        """A whole stack follows the stacks that it refers to, as far as they are in the graph."""
        reads: dict[str, set[str]] = {}
        for stack, other in references(graph):
            reads.setdefault(stack, set()).add(other)
        members: dict[str, Bits] = {}
        for urn, number in self._number.items():
            members[stack_of(urn)] = members.get(stack_of(urn), 0) | 1 << number
        for stack in reads:
            earlier = 0
            for other in _reachable(stack, reads) - {stack}:
                earlier |= members.get(other, 0)
            for number in set_members(members.get(stack, 0)):
                self._before[number] |= earlier


def direct(resource: Resource) -> Iterator[str]:
    """What a resource itself waits for."""
    yield from resource.dependencies
    for urns in resource.property_dependencies.values():
        yield from urns
    for urn in (resource.parent, resource.provider, resource.options.deleted_with):
        if urn is not None:
            yield urn


def references(graph: Graph) -> list[tuple[str, str]]:
    """Which stack reads the outputs of which."""
    found = ((stack_of(r.urn), r.name) for r in graph.of_type(STACK_REFERENCE))
    return sorted({(stack, name.rpartition("/")[2]) for stack, name in found})


def stack_of(urn: str) -> str:
    """The stack in a URN."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0]


def _reachable(start: str, reads: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        for other in reads.get(waiting.pop(), set()) - found:
            found.add(other)
            waiting.append(other)
    return found


def _cycle(stuck: Mapping[str, set[str]]) -> tuple[str, ...]:
    """One cycle among resources of which each waits for another."""
    if not stuck:
        return ()
    path = [min(stuck)]
    while True:
        following = min(other for other in stuck[path[-1]] if other in stuck)
        if following in path:
            return tuple(path[path.index(following) :])
        path.append(following)
