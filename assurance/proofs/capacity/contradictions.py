"""Limits that contradict each other, the quota, or the nodes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assurance.graph.resource import Origin
from assurance.proofs.capacity.amounts import Amounts, show
from assurance.proofs.capacity.claims import Claim
from assurance.proofs.capacity.cluster import Cluster
from assurance.proofs.capacity.limit_ranges import CLAIM, CONTAINER, POD, Limit, breaches, filled
from assurance.proofs.capacity.pods import Pods
from assurance.proofs.capacity.quotas import Quota, of_a_pod
from assurance.proofs.capacity.refusals import claim_refused, refused, undemanded
from assurance.proofs.capacity.witness import clauses, finding
from assurance.proofs.findings import Finding, Status

_PODS = {"pods", "count/pods"}


def contradictions(cluster: Cluster, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Namespace by namespace: refuted, or one proved finding."""
    by_namespace = _by_namespace(cluster)
    for namespace in sorted({*cluster.limits, *cluster.quotas, *by_namespace}):
        limits, quotas = cluster.limits.get(namespace, ()), cluster.quotas.get(namespace, ())
        here = by_namespace.get(namespace, [])
        found = [
            *_in_themselves(namespace, limits),
            *_over_quota(namespace, limits, quotas),
            *_over_nodes(namespace, limits, cluster),
            *_out_of_reach(namespace, limits, quotas),
            *undemanded(namespace, limits, quotas, here),
            *(fault for pods in here for fault in refused(pods, limits, quotas)),
            *(f for c in claims if c.namespace == namespace for f in claim_refused(c, limits)),
        ]
        yield from found
        if not found and (limits or quotas):
            yield finding(
                "limits-agree",
                Status.PROVED,
                f"namespace {namespace}",
                "its limits, its quota, the nodes and what runs there do not contradict each other",
            )


def _by_namespace(cluster: Cluster) -> dict[str, list[Pods]]:
    found: dict[str, list[Pods]] = {}
    for pods in (*(crowd.pods for crowd in cluster.crowds), *cluster.agents):
        found.setdefault(pods.namespace, []).append(pods)
    return found


def _in_themselves(namespace: str, limits: Sequence[Limit]) -> Iterator[Finding]:
    """A LimitRange that the API server refuses, or that refuses pods which state nothing."""
    faults = [fault for limit in limits for fault in _disordered(limit)]
    if not faults:
        requests, ceilings = filled({}, {}, limits)
        for limit in limits:
            if limit.type != CLAIM:
                words = breaches(_about(limit, requests, ceilings), requests, ceilings)
                faults += [f"a {limit.type.lower()} that states nothing: {w}" for w in words]
    for limit in limits:
        for name, amount in limit.default.items() if limit.type == CONTAINER else ():
            if "/" in name and amount:
                faults.append(
                    f"every container that does not say otherwise is given {show(name, amount)} "
                    f"{name}"
                )
    if faults:
        yield finding(
            "limits-contradict-themselves",
            Status.REFUTED,
            f"namespace {namespace}",
            clauses(faults),
            witness={"faults": faults},
            remedy="keep min ≤ default request ≤ default ≤ max, and defaults to CPU and memory",
            origin=_origin(limits),
        )


def _about(limit: Limit, requests: Amounts, limits: Amounts) -> Limit:
    """The limit, as far as it is about what is stated."""
    return replace(
        limit,
        least={name: least for name, least in limit.least.items() if name in requests},
        most={name: most for name, most in limit.most.items() if name in limits},
        ratio={n: r for n, r in limit.ratio.items() if requests.get(n) and limits.get(n)},
    )


def _disordered(limit: Limit) -> Iterator[str]:
    order = (
        ("min", limit.least),
        ("default request", limit.default_request),
        ("default", limit.default),
        ("max", limit.most),
    )
    for at, (low, small) in enumerate(order):
        for high, large in order[at + 1 :]:
            for name in small:
                if name in large and small[name] > large[name]:
                    yield (
                        f"{limit.owner}: {low} {show(name, small[name])} {name} is above "
                        f"{high} {show(name, large[name])}"
                    )


def _over_quota(
    namespace: str, limits: Sequence[Limit], quotas: Sequence[Quota]
) -> Iterator[Finding]:
    """A maximum that the whole quota does not allow."""
    hard = _hard(quotas)
    faults = []
    for limit in limits:
        for name, most in limit.most.items() if limit.type in {CONTAINER, POD} else ():
            key = f"requests.{name}" if "/" in name else f"limits.{name}"
            if most > hard.get(key, most):
                faults.append(
                    f"a {limit.type.lower()} may take {show(name, most)} {name}, and all of "
                    f"{key} is {show(key, hard[key])}"
                )
    if faults:
        yield finding(
            "maximum-over-quota",
            Status.REFUTED,
            f"namespace {namespace}",
            clauses(faults),
            witness={"faults": faults},
            remedy="lower the maximum, or raise the quota",
            origin=_origin(limits),
        )


def _over_nodes(namespace: str, limits: Sequence[Limit], cluster: Cluster) -> Iterator[Finding]:
    """A maximum that no node has."""
    if not cluster.sites:
        return
    faults = []
    for limit in limits:
        for name, most in limit.most.items() if limit.type in {CONTAINER, POD} else ():
            rooms = {site.room(name, at_best=True): site.group.pool for site in cluster.sites}
            room = max(rooms)
            if most > room:
                faults.append(
                    f"a {limit.type.lower()} may ask for {show(name, most)} {name}, and the "
                    f"largest node has {show(name, room)} (pool {rooms[room]})"
                )
    if faults:
        yield finding(
            "maximum-over-nodes",
            Status.REFUTED,
            f"namespace {namespace}",
            f"{clauses(faults)}: such a pod is let in, and waits for ever",
            witness={"faults": faults},
            remedy="lower the maximum, or add larger nodes",
            origin=_origin(limits),
        )


def _out_of_reach(
    namespace: str, limits: Sequence[Limit], quotas: Sequence[Quota]
) -> Iterator[Finding]:
    """A number of pods that cannot be reached even by the smallest that are let in."""
    hard = _hard(quotas)
    allowed = min((hard[key] for key in _PODS if key in hard), default=None)
    least: dict[str, int] = {}
    for limit in limits:
        if limit.type in {CONTAINER, POD}:
            for name, amount in limit.least.items():
                least[name] = max(amount, least.get(name, 0))
    small, small_why = _reach(hard, least, least)
    usual, usual_why = _reach(hard, *filled({}, {}, limits))
    if small is not None and small < (1 if allowed is None else allowed):
        what = "pods are allowed" if allowed is not None else "pod must fit"
        unsaid = f"; of pods that state nothing, {usual} ({usual_why})" if usual is not None else ""
        yield finding(
            "pods-out-of-reach",
            Status.REFUTED,
            f"namespace {namespace}",
            f"{1 if allowed is None else allowed} {what}, and {small} of the smallest that its "
            f"LimitRange lets in fit into its quota ({small_why}){unsaid}",
            witness={"allowed": allowed, "smallest that fit": small, "usual that fit": usual},
            remedy="lower the number of pods, or raise the quota, or lower the minimum",
            origin=_origin_of([q for q in quotas if _PODS & q.hard.keys()] or quotas),
        )
    elif usual == 0:
        yield finding(
            "pods-out-of-reach",
            Status.REFUTED,
            f"namespace {namespace}",
            f"not one pod that states nothing fits into its quota ({usual_why})",
            witness={"usual that fit": 0},
            remedy="lower the defaults, or raise the quota",
            origin=_origin_of(quotas),
        )


def _reach(hard: Amounts, requests: Amounts, limits: Amounts) -> tuple[int | None, str]:
    """How many pods of a size a quota lets in, and because of what."""
    found: tuple[int | None, str] = (None, "")
    for key, most in sorted(hard.items()):
        one = 0 if key in _PODS else of_a_pod(key, requests, limits)
        if one and (found[0] is None or most // one < found[0]):
            found = most // one, f"{key} {show(key, most)}, {show(key, one)} each"
    return found


def _hard(quotas: Sequence[Quota]) -> Mapping[str, int]:
    """The smallest of each key, over the quotas that count every pod."""
    found: dict[str, int] = {}
    for quota in quotas:
        for key, amount in quota.hard.items() if not quota.scopes else ():
            found[key] = min(amount, found.get(key, amount))
    return found


def _origin(limits: Sequence[Limit]) -> Origin:
    return limits[0].owner.resource.origin


def _origin_of(quotas: Sequence[Quota]) -> Origin:
    return quotas[0].owner.resource.origin
