"""A pod as it arrives at the API server: what admission and quota look at, read and defaulted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from assurance.proofs.admission.amounts import (
    NONE,
    Amounts,
    amounts,
    at_least,
    items,
    mapping,
    only,
    plain,
    plus,
    rounded,
    text,
)

HUGE_PAGES = "hugepages-"
POD_LEVEL = ("cpu", "memory")
"""What a pod as a whole may state, besides huge pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """What one container states."""

    name: str
    place: str
    """Where it stands: `spec.containers[0]`."""
    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)
    sidecar: bool = False
    """An init container that stays."""
    defaults: frozenset[str] = frozenset()
    """What a LimitRange has filled in: `limits.cpu`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """What admission looks at, without what only Pod Security does."""

    containers: tuple[Container, ...]
    inits: tuple[Container, ...] = ()
    whole: bool = False
    """It states resources for the pod as a whole."""
    requests: Amounts = field(default_factory=dict)
    """Those of the pod as a whole."""
    limits: Amounts = field(default_factory=dict)
    overhead: Amounts | None = None
    account: str = "default"
    priority_class: str = ""
    priority: int | None = None
    preemption: str | None = None
    runtime_class: str | None = None
    deadline: bool = False
    """It ends after a time that it states."""
    crosses: bool = False
    """Its affinity looks into other namespaces."""

    @property
    def all(self) -> tuple[Container, ...]:
        """Init containers too."""
        return (*self.containers, *self.inits)


def read_pod(spec: Mapping[str, Any], place: str) -> Pod:
    """A pod's spec; raises where something that decides is not known."""
    resources = plain(spec.get("resources"), f"{place}.resources")
    stated = mapping(resources, f"{place}.resources")
    account = text(spec.get("serviceAccountName"), f"{place}.serviceAccountName")
    older = text(spec.get("serviceAccount"), f"{place}.serviceAccount")
    overhead = plain(spec.get("overhead"), f"{place}.overhead")
    return Pod(
        containers=_containers(spec, "containers", place),
        inits=_containers(spec, "initContainers", place),
        whole=resources is not None,
        requests=amounts(stated.get("requests"), f"{place}.resources.requests"),
        limits=amounts(stated.get("limits"), f"{place}.resources.limits"),
        overhead=None if overhead is None else amounts(overhead, f"{place}.overhead"),
        account=account or older or "default",
        priority_class=text(spec.get("priorityClassName"), f"{place}.priorityClassName") or "",
        priority=plain(spec.get("priority"), f"{place}.priority"),
        preemption=text(spec.get("preemptionPolicy"), f"{place}.preemptionPolicy"),
        runtime_class=text(spec.get("runtimeClassName"), f"{place}.runtimeClassName"),
        deadline=plain(spec.get("activeDeadlineSeconds"), f"{place}.activeDeadlineSeconds")
        is not None,
        crosses=_crosses(mapping(spec.get("affinity"), f"{place}.affinity"), f"{place}.affinity"),
    )


def _containers(spec: Mapping[str, Any], key: str, place: str) -> tuple[Container, ...]:
    found = []
    for index, each in enumerate(items(spec.get(key), f"{place}.{key}")):
        where = f"{place}.{key}[{index}]"
        resources = mapping(each.get("resources"), f"{where}.resources")
        policy = text(each.get("restartPolicy"), f"{where}.restartPolicy")
        found.append(
            Container(
                name=text(each.get("name"), f"{where}.name") or str(index),
                place=where,
                requests=amounts(resources.get("requests"), f"{where}.resources.requests"),
                limits=amounts(resources.get("limits"), f"{where}.resources.limits"),
                sidecar=policy == "Always",
            )
        )
    return tuple(found)


def _crosses(affinity: Mapping[str, Any], place: str) -> bool:
    """Whether some term names namespaces, or selects them, be it with an empty selector."""
    for kind in ("podAffinity", "podAntiAffinity"):
        there = mapping(affinity.get(kind), f"{place}.{kind}")
        required = "requiredDuringSchedulingIgnoredDuringExecution"
        preferred = "preferredDuringSchedulingIgnoredDuringExecution"
        terms = list(items(there.get(required), f"{place}.{kind}.{required}"))
        for term in items(there.get(preferred), f"{place}.{kind}.{preferred}"):
            where = f"{place}.{kind}.{preferred}.podAffinityTerm"
            terms.append(mapping(term.get("podAffinityTerm"), where))
        for term in terms:
            names = plain(term.get("namespaces"), f"{place}.{kind}.namespaces")
            chosen = plain(term.get("namespaceSelector"), f"{place}.{kind}.namespaceSelector")
            if names or chosen is not None:
                return True
    return False


def defaulted(pod: Pod) -> Pod:
    """What the API itself fills in: a request that is not stated is the limit."""
    pod = replace(
        pod,
        containers=tuple(map(_with_requests, pod.containers)),
        inits=tuple(map(_with_requests, pod.inits)),
    )
    pod = _with_whole(pod)
    return replace(
        pod,
        containers=tuple(map(_stored, pod.containers)),
        inits=tuple(map(_stored, pod.inits)),
        requests=rounded(pod.requests),
        limits=rounded(pod.limits),
        overhead=None if pod.overhead is None else rounded(pod.overhead),
    )


def _with_requests(container: Container) -> Container:
    return replace(container, requests={**container.limits, **container.requests})


def _stored(container: Container) -> Container:
    return replace(
        container, requests=rounded(container.requests), limits=rounded(container.limits)
    )


def _with_whole(pod: Pod) -> Pod:
    """The pod as a whole: its huge pages from its containers, then its requests."""
    limits, requests = dict(pod.limits), dict(pod.requests)
    if not limits and not requests:
        return pod
    for name, value in container_limits(pod).items():
        if name.startswith(HUGE_PAGES) and name not in requests:
            limits.setdefault(name, value)
    if limits:
        for name, value in container_requests(pod).items():
            if name in POD_LEVEL:
                requests.setdefault(name, value)
        for name, value in limits.items():
            if of_pod_level(name):
                requests.setdefault(name, value)
    return replace(pod, limits=limits, requests=requests)


def of_pod_level(name: str) -> bool:
    """Whether a pod as a whole may state this resource."""
    return name in POD_LEVEL or name.startswith(HUGE_PAGES)


def container_requests(pod: Pod) -> dict[str, Decimal]:
    """What all containers together request at their most."""
    return _together([c.requests for c in pod.containers], [(c.requests, c) for c in pod.inits])


def container_limits(pod: Pod) -> dict[str, Decimal]:
    """What all containers together are limited to at their most."""
    return _together([c.limits for c in pod.containers], [(c.limits, c) for c in pod.inits])


def _together(mains: list[Amounts], inits: list[tuple[Amounts, Container]]) -> dict[str, Decimal]:
    """The sum of all that stay, or the peak while one init container after another runs."""
    total, sidecars, peak = plus(*mains), dict[str, Decimal](), dict[str, Decimal]()
    for given, container in inits:
        running = plus(sidecars, given)
        if container.sidecar:
            total, sidecars = plus(total, given), running
        peak = at_least(peak, running)
    return at_least(total, peak)


def limited_requests(pod: Pod) -> dict[str, Decimal]:
    """A pod's requests as a LimitRange sees them: without overhead."""
    return {**container_requests(pod), **only(pod.requests, POD_LEVEL)}


def limited_limits(pod: Pod) -> dict[str, Decimal]:
    """A pod's limits as a LimitRange sees them."""
    return {**container_limits(pod), **only(pod.limits, POD_LEVEL)}


def charged_requests(pod: Pod) -> dict[str, Decimal]:
    """A pod's requests as quota and scheduler count them."""
    stated = only(pod.requests, filter(of_pod_level, pod.requests))
    return plus({**container_requests(pod), **stated}, pod.overhead or NONE)


def charged_limits(pod: Pod) -> dict[str, Decimal]:
    """A pod's limits as quota counts them: overhead only on top of a limit that there is."""
    stated = only(pod.limits, filter(of_pod_level, pod.limits))
    total = {**container_limits(pod), **stated}
    return plus(total, only(pod.overhead or NONE, [name for name, value in total.items() if value]))


def best_effort(pod: Pod) -> bool:
    """It asks for no CPU and no memory; what the pod states as a whole hides its containers."""
    stated = (
        [pod.requests, pod.limits]
        if pod.whole
        else [part for c in pod.all for part in (c.requests, c.limits)]
    )
    return not any(part.get(name, 0) > 0 for part in stated for name in POD_LEVEL)
