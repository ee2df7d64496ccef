"""Pods and claims that their namespace's limits refuse on arrival."""

from collections.abc import Iterator, Sequence

from assurance.proofs.capacity.amounts import Amounts, show
from assurance.proofs.capacity.claims import Claim
from assurance.proofs.capacity.limit_ranges import CLAIM, CONTAINER, POD, Limit, breaches, filled
from assurance.proofs.capacity.pods import Pods
from assurance.proofs.capacity.quotas import MUST_SAY, Quota
from assurance.proofs.capacity.witness import clauses, finding, joined
from assurance.proofs.findings import Finding, Status
from assurance.proofs.network.pods import assumed


def undemanded(
    namespace: str, limits: Sequence[Limit], quotas: Sequence[Quota], here: Sequence[Pods]
) -> Iterator[Finding]:
    """Amounts that a quota demands, nobody gives, and no template shows whether pods state."""
    missing = _missing(quotas, *filled({}, {}, limits))
    if missing and not here:
        yield finding(
            "quota-without-default",
            Status.UNKNOWN,
            f"namespace {namespace}",
            f"a pod that does not state {joined(missing)} is refused: the quota counts it, and no "
            "LimitRange gives a default; the graph does not show the pods that will come",
            witness={"demanded": missing},
            remedy="give defaults for it in a LimitRange",
            origin=quotas[0].owner.resource.origin,
        )


def refused(pods: Pods, limits: Sequence[Limit], quotas: Sequence[Quota]) -> Iterator[Finding]:
    """A template whose pods are refused on arrival."""
    faults = list(dict.fromkeys(_faults(pods, limits, quotas)))
    if faults:
        stand_in = assumed(pods.template)
        yield finding(
            "template-contradicts-limits",
            Status.REFUTED,
            pods.name,
            f"its pods are refused: {clauses(faults)}",
            witness={"faults": faults},
            remedy="change its requests and limits, or what its namespace allows",
            origin=pods.origin,
            assumes=() if stand_in is None else (stand_in,),
        )


def _faults(pods: Pods, limits: Sequence[Limit], quotas: Sequence[Quota]) -> Iterator[str]:
    for container in pods.appetite.containers:
        words = f"container {container.name}: "
        for name, most in container.limits.items():
            if container.requests.get(name, 0) > most:
                yield (
                    f"{words}it asks for {show(name, container.requests[name])} {name}, and its "
                    f"limit is {show(name, most)}"
                )
        for limit in limits:
            if limit.type == CONTAINER:
                yield from (
                    words + w for w in breaches(limit, container.requests, container.limits)
                )
        if not pods.appetite.as_a_whole:
            missing = _missing(quotas, container.requests, container.limits)
            if missing:
                yield f"{words}it does not state {joined(missing)}, which the quota counts"
    for limit in limits:
        if limit.type == POD:
            yield from breaches(limit, *pods.appetite.without_overhead)


def _missing(quotas: Sequence[Quota], requests: Amounts, limits: Amounts) -> list[str]:
    """What quotas demand that every container states."""
    keys = {key for quota in quotas if not quota.scopes for key in quota.hard} & MUST_SAY
    return sorted(
        key
        for key in keys
        if key.removeprefix("requests.").removeprefix("limits.")
        not in (limits if key.startswith("limits.") else requests)
    )


def claim_refused(claim: Claim, limits: Sequence[Limit]) -> Iterator[Finding]:
    """A claim that is refused on arrival."""
    faults = [
        w for limit in limits if limit.type == CLAIM for w in breaches(limit, claim.requests, {})
    ]
    if faults:
        yield finding(
            "claim-contradicts-limits",
            Status.REFUTED,
            claim.name,
            f"it is refused: {clauses(faults)}",
            witness={"faults": faults},
            remedy="change its size, or what its namespace allows",
            origin=claim.origin,
        )
