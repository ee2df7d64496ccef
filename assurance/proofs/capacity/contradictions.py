"""Limits that contradict each other, the quota, or the nodes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.admission.amounts import spelled
from assurance.proofs.admission.limit_ranges import (
    CONTAINER,
    POD,
    Limit,
    LimitRange,
    refused_pod,
    with_defaults,
)
from assurance.proofs.admission.namespaces import contradictions as disordered
from assurance.proofs.admission.pods import Container, Pod
from assurance.proofs.admission.quotas import Quota, pod_charge, unstated
from assurance.proofs.admission.world import Namespace
from assurance.proofs.capacity.appetite import counted
from assurance.proofs.capacity.cluster import Cluster
from assurance.proofs.capacity.witness import clauses, finding
from assurance.proofs.findings import Finding, Status

_PODS = {"pods", "count/pods"}
_AGREE = "its limits, its quota and the nodes do not contradict each other"
_ORDER = "keep min ≤ default request ≤ default ≤ max, and defaults to CPU and memory"


def contradictions(cluster: Cluster) -> Iterator[Finding]:
    """By namespace, refuted or one proved finding; what admission refuses is left to it."""
    with_pods = {pods.namespace for pods in (*(c.pods for c in cluster.crowds), *cluster.agents)}
    for name, namespace in sorted(cluster.namespaces.items()):
        if any(words for each in namespace.ranges for words in disordered(each)):
            continue
        found = [
            *_in_themselves(namespace),
            *_over_quota(namespace),
            *_over_nodes(namespace, cluster),
            *_out_of_reach(namespace),
            *(() if name in with_pods else _undemanded(namespace)),
        ]
        yield from found or [finding("limits-agree", Status.PROVED, f"namespace {name}", _AGREE)]


def _told(
    rule: str, subject: str, faults: Sequence[str], remedy: str, item: KubernetesObject
) -> Finding:
    return finding(
        rule,
        Status.REFUTED,
        subject,
        clauses(faults),
        witness={"faults": list(faults)},
        remedy=remedy,
        origin=item.resource.origin,
    )


def _in_themselves(namespace: Namespace) -> Iterator[Finding]:
    """LimitRanges that refuse pods which state nothing."""
    ranges, pod = namespace.ranges, _silent(namespace)
    (one,) = pod.containers
    about = [_about(each, one) for each in ranges]
    words = (fault.message for fault in refused_pod(pod, about))
    faults = [f"where a pod states nothing, {said}" for said in words]
    faults += [
        f"every container that does not say otherwise is given {spelled(name, amount)} {name}"
        for _, limit in _limits(ranges, CONTAINER)
        for name, amount in limit.default.items()
        if "/" in name and amount
    ]
    if faults:
        subject = f"namespace {namespace.name}"
        yield _told("limits-contradict-themselves", subject, faults, _ORDER, ranges[0].item)


def _silent(namespace: Namespace) -> Pod:
    """A pod of one container that states nothing, once it has its defaults."""
    pod = Pod(containers=(Container(name="without resources", place=""),))
    return with_defaults(pod, namespace.defaults)


def _about(given: LimitRange, one: Container) -> LimitRange:
    """The LimitRange, as far as it is about what a container states."""
    low, high = one.requests.keys(), one.limits.keys()
    return replace(
        given,
        limits=tuple(
            replace(
                limit,
                minimum={name: n for name, n in limit.minimum.items() if name in low},
                maximum={name: n for name, n in limit.maximum.items() if name in high},
                ratio={name: n for name, n in limit.ratio.items() if name in low & high},
            )
            for limit in given.limits
        ),
    )


def _limits(ranges: Iterable[LimitRange], *kinds: str) -> Iterator[tuple[LimitRange, Limit]]:
    return ((each, limit) for each in ranges for limit in each.limits if limit.type in kinds)


def _over_quota(namespace: Namespace) -> Iterator[Finding]:
    """A maximum that the whole quota does not allow."""
    hard, faults = _hard(namespace.quotas), []
    for _, limit in _limits(namespace.ranges, CONTAINER, POD):
        for name, most in limit.maximum.items():
            key = f"requests.{name}" if "/" in name else f"limits.{name}"
            if most > hard.get(key, most):
                faults.append(
                    f"a {limit.type.lower()} may take {spelled(name, most)} {name}, and all of "
                    f"{key} is {spelled(key, hard[key])}"
                )
    if faults:
        remedy, subject = "lower the maximum, or raise the quota", f"namespace {namespace.name}"
        yield _told("maximum-over-quota", subject, faults, remedy, namespace.ranges[0].item)


def _over_nodes(namespace: Namespace, cluster: Cluster) -> Iterator[Finding]:
    """A maximum that no node has: such a pod is let in."""
    faults = []
    for _, limit in _limits(namespace.ranges, CONTAINER, POD) if cluster.sites else ():
        for name, most in limit.maximum.items():
            rooms = {site.room(name, at_best=True): site.group for site in cluster.sites}
            largest = rooms[max(rooms)]
            if counted(name, most) > max(rooms):
                has = spelled(
                    name, Decimal(largest.offers.get(name, 0)) / (1000 if name == "cpu" else 1)
                )
                faults.append(
                    f"a {limit.type.lower()} may ask for {spelled(name, most)} {name} and wait for "
                    f"ever, as the largest node has {has} (pool {largest.pool})"
                )
    if faults:
        remedy, subject = "lower the maximum, or add larger nodes", f"namespace {namespace.name}"
        yield _told("maximum-over-nodes", subject, faults, remedy, namespace.ranges[0].item)


def _out_of_reach(namespace: Namespace) -> Iterator[Finding]:
    """A number of pods that cannot be reached even by the smallest that are let in."""
    hard = _hard(namespace.quotas)
    allowed = min((hard[key] for key in _PODS if key in hard), default=None)
    least: dict[str, Decimal] = {}
    for _, limit in _limits(namespace.ranges, CONTAINER, POD):
        for name, amount in limit.minimum.items():
            least[name] = max(amount, least.get(name, amount))
    smallest = Pod(containers=(Container(name="smallest", place="", requests=least, limits=least),))
    small, small_why = _reach(hard, smallest)
    usual, usual_why = _reach(hard, _silent(namespace))
    quotas = [quota for quota in namespace.quotas if _PODS & quota.hard.keys()] or namespace.quotas
    subject, remedy = f"namespace {namespace.name}", "raise the quota, or lower the defaults"
    if small is not None and small < (1 if allowed is None else allowed):
        what = "1 pod must fit" if allowed is None else f"{allowed} pods are allowed"
        unsaid = f"; of pods that state nothing, {usual} ({usual_why})" if usual is not None else ""
        fault = (
            f"{what}, and {small} of the smallest that its LimitRange lets in fit into its quota "
            f"({small_why}){unsaid}"
        )
        remedy = "lower the number of pods, or raise the quota, or lower the minimum"
        yield _told("pods-out-of-reach", subject, [fault], remedy, quotas[0].item)
    elif usual == 0:
        fault = f"not one pod that states nothing fits into its quota ({usual_why})"
        yield _told("pods-out-of-reach", subject, [fault], remedy, quotas[0].item)


def _reach(hard: Mapping[str, Decimal], pod: Pod) -> tuple[int | None, str]:
    """How many such pods a quota lets in, and because of what."""
    found: tuple[int | None, str] = (None, "")
    for key, one in sorted(pod_charge(pod).items()):
        if one and key in hard and key not in _PODS:
            number = int(hard[key] // one)
            if found[0] is None or number < found[0]:
                found = number, f"{key} {spelled(key, hard[key])}, {spelled(key, one)} each"
    return found


def _undemanded(namespace: Namespace) -> Iterator[Finding]:
    """Amounts that a quota demands, nobody gives, and no template shows whether pods state."""
    pod = _silent(namespace)
    every = (quota for quota in namespace.quotas if not quota.scopes)
    faults = [fault.message for quota in every for fault in unstated(quota, pod)]
    if faults:
        yield finding(
            "quota-without-default",
            Status.UNKNOWN,
            f"namespace {namespace.name}",
            f"the graph does not show the pods that will come, and {clauses(faults)}",
            witness={"demanded": faults},
            remedy="give defaults for it in a LimitRange",
            origin=namespace.quotas[0].item.resource.origin,
        )


def _hard(quotas: Sequence[Quota]) -> Mapping[str, Decimal]:
    """The smallest of each key, over the quotas that count every pod."""
    found: dict[str, Decimal] = {}
    for quota in quotas:
        for key, amount in quota.hard.items() if not quota.scopes else ():
            found[key] = min(amount, found.get(key, amount))
    return found
