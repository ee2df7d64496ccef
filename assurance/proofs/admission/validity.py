"""Why a pod with its defaults would be no valid object: defaults and statements that clash."""

from collections.abc import Iterator
from decimal import Decimal

from assurance.proofs.admission.amounts import Amounts, spelled
from assurance.proofs.admission.faults import Fault
from assurance.proofs.admission.pods import (
    HUGE_PAGES,
    POD_LEVEL,
    Pod,
    container_limits,
    container_requests,
    of_pod_level,
)

RULE = "invalid-pod"
_STANDARD = ("cpu", "memory", "ephemeral-storage")
_REQUESTED = "requests."


def extended(name: str) -> bool:
    """A resource that is not Kubernetes' own, such as `nvidia.com/gpu`."""
    return "/" in name and "kubernetes.io/" not in name


def invalid(pod: Pod) -> Iterator[Fault]:
    """Every clash; the API server refuses such a pod before it looks at quota."""
    for container in pod.all:
        whose = f"container {container.name}"
        for name in sorted({*container.requests, *container.limits}):
            if not _for_container(name):
                yield _fault(whose, f"{name} is no resource of containers", _NAMES)
        yield from _clashes(whose, container.requests, container.limits, container.defaults)
    if pod.whole:
        yield from _whole(pod)


_NAMES = "use cpu, memory, ephemeral-storage, hugepages-… or a name with a domain"
_AMOUNTS = "state requests and limits that go together; a LimitRange fills in what is not stated"


def _fault(whose: str, words: str, remedy: str = _AMOUNTS) -> Fault:
    return Fault(rule=RULE, message=f"{whose}: {words}", remedy=remedy)


def _for_container(name: str) -> bool:
    if "/" not in name:
        return name in _STANDARD or name.startswith(HUGE_PAGES)
    return not extended(name) or not name.startswith(_REQUESTED)


def _clashes(
    whose: str, requests: Amounts, limits: Amounts, defaults: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    for kind, given in (("limit", limits), ("request", requests)):
        for name, value in sorted(given.items()):
            if value < 0:
                yield _fault(whose, f"{name} {kind} {spelled(name, value)} is negative")
            elif extended(name) and value != value.to_integral_value():
                yield _fault(whose, f"{name} {kind} {spelled(name, value)} is no whole number")
    for name, request in sorted(requests.items()):
        words = _beside(name, request, limits.get(name))
        filled = [kind for kind in ("request", "limit") if f"{kind}s.{name}" in defaults]
        origin = f"; the {filled[0]} is the LimitRange's default" if len(filled) == 1 else ""
        if words:
            yield _fault(whose, f"{words}{origin}")
    pages = any(name.startswith(HUGE_PAGES) for part in (requests, limits) for name in part)
    if pages and not any(name in part for part in (requests, limits) for name in POD_LEVEL):
        yield _fault(whose, "huge pages need cpu or memory beside them")


def _beside(name: str, request: Decimal, limit: Decimal | None) -> str:
    """What is wrong between a request and its limit."""
    strict = extended(name) or name.startswith(HUGE_PAGES)
    if limit is None:
        return f"{name} is requested without a limit, which must equal it" if strict else ""
    asked, given = spelled(name, request), spelled(name, limit)
    if strict and request != limit:
        return f"{name} request {asked} must equal its limit {given}"
    return f"{name} request {asked} is more than its limit {given}" if request > limit else ""


def _whole(pod: Pod) -> Iterator[Fault]:
    """What the pod states as a whole, beside what its containers do."""
    whose = "the pod as a whole"
    for name in sorted({*pod.requests, *pod.limits}):
        if not of_pod_level(name):
            yield _fault(whose, f"{name} is no resource of pods", "use cpu, memory, hugepages-…")
    yield from _clashes(whose, pod.requests, pod.limits)
    for name, value in sorted(container_requests(pod).items()):
        if name in pod.requests and value > pod.requests[name]:
            stated = spelled(name, pod.requests[name])
            asked = spelled(name, value)
            yield _fault(whose, f"{name} request {stated}, but its containers request {asked}")
    for name, value in sorted(container_limits(pod).items()):
        if name.startswith(HUGE_PAGES) and name in pod.limits and value > pod.limits[name]:
            stated, given = spelled(name, pod.limits[name]), spelled(name, value)
            yield _fault(whose, f"{name} limit {stated}, but its containers' limits are {given}")
    for container in pod.containers:
        for name, value in sorted(container.limits.items()):
            if name in pod.limits and value > pod.limits[name]:
                stated, given = spelled(name, pod.limits[name]), spelled(name, value)
                yield _fault(
                    f"container {container.name}",
                    f"{name} limit {given} is more than the whole pod's {stated}",
                )
