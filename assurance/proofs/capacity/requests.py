"""What one pod takes: containers, init containers, sidecars, overhead, after all defaults."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assurance.graph.pods import PodTemplate
from assurance.proofs.capacity.amounts import (
    CPU,
    MEMORY,
    PODS,
    Amounts,
    amounts_of,
    largest,
    plus,
)
from assurance.proofs.capacity.limit_ranges import Limit, filled
from assurance.proofs.capacity.reading import UnreadableError, known, mapping, mappings, unreadable


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """One container, after defaults."""

    name: str
    requests: Amounts
    limits: Amounts
    first: bool = False
    """An init container."""
    stays: bool = True
    """Beside the others until the end; an init container that stays is a sidecar."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appetite:
    """What one pod is counted with, by the scheduler and by quotas."""

    requests: Amounts
    limits: Amounts
    containers: tuple[Container, ...] = ()
    as_a_whole: bool = False
    """The pod itself states resources: its containers need not."""
    without_overhead: tuple[Amounts, Amounts] = field(default=({}, {}))
    """Requests and limits as LimitRanges of pods see them."""

    @property
    def placed(self) -> dict[str, int]:
        """What it takes of a node; 0 of a resource is nothing."""
        return {PODS: 1, **{name: amount for name, amount in self.requests.items() if amount}}


def appetite(template: PodTemplate, limits: Sequence[Limit] = ()) -> Appetite:
    """What one pod of a template takes in a namespace with these limits."""
    if template.unknown:
        raise unreadable(template.unknown[0])
    spec = template.spec
    containers = tuple(_containers(spec, limits))
    if not containers:
        message = "it has no containers"
        raise UnreadableError(message)
    low, high, whole = _as_a_whole(
        spec,
        _together((c, c.requests) for c in containers),
        _together((c, c.limits) for c in containers),
    )
    overhead = amounts_of(spec.get("overhead"), "spec.overhead")
    return Appetite(
        requests=plus(low, overhead),
        limits={name: value + overhead.get(name, 0) for name, value in high.items()},
        containers=containers,
        as_a_whole=whole,
        without_overhead=(low, high),
    )


def _as_a_whole(
    spec: Mapping[str, Any], low: dict[str, int], high: dict[str, int]
) -> tuple[dict[str, int], dict[str, int], bool]:
    """What the pod states itself wins over the sum of its containers."""
    stated = _resources(spec.get("resources"), "spec.resources")
    own_low, own_high = (_own(amounts) for amounts in stated)
    requests = {**own_high, **low, **own_low} if own_high else {**low, **own_low}
    return requests, {**high, **own_high}, bool(own_low or own_high)


def _own(amounts: Amounts) -> dict[str, int]:
    """The resources that a pod as a whole may state."""
    return {n: a for n, a in amounts.items() if n in {CPU, MEMORY} or n.startswith("hugepages-")}


def _containers(spec: Mapping[str, Any], limits: Sequence[Limit]) -> Iterator[Container]:
    for key in ("initContainers", "containers"):
        for number, stated in enumerate(mappings(spec.get(key), f"spec.{key}")):
            where = f"spec.{key}[{number}]"
            for part in ("ports", "restartPolicy"):
                known(stated.get(part), f"{where}.{part}")
            low, high = _resources(stated.get("resources"), f"{where}.resources")
            requests, ceilings = filled(low, high, limits)
            yield Container(
                name=str(stated.get("name", number)),
                requests=requests,
                limits=ceilings,
                first=key == "initContainers",
                stays=key == "containers" or stated.get("restartPolicy") == "Always",
            )


def _resources(stated: Any, where: str) -> tuple[dict[str, int], dict[str, int]]:
    found = mapping(stated, where)
    low = amounts_of(found.get("requests"), f"{where}.requests")
    return low, amounts_of(found.get("limits"), f"{where}.limits")


def _together(parts: Iterable[tuple[Container, Amounts]]) -> dict[str, int]:
    """All that stay, or more where an init container needs more beside the sidecars before it."""
    total: dict[str, int] = {}
    sidecars: dict[str, int] = {}
    first: list[Amounts] = []
    for container, amounts in parts:
        if container.stays:
            total = plus(total, amounts)
        if container.first:
            first.append(plus(sidecars, amounts))
            sidecars = plus(sidecars, amounts) if container.stays else sidecars
    return largest([total, *first])
