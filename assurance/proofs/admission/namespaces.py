"""What is wrong with a namespace's own governance, or not known of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.resource import Marker
from assurance.guardrails.rules.pod_security_levels import LEVEL
from assurance.proofs.admission.amounts import spelled
from assurance.proofs.admission.faults import PROOF, Doubt, Fault
from assurance.proofs.admission.findings import finding
from assurance.proofs.admission.limit_ranges import CONTAINER, LimitRange
from assurance.proofs.admission.security import KNOWN, LEVELS, VERSION
from assurance.proofs.admission.world import Namespace, World
from assurance.proofs.findings import Finding, Status, tells

_NAMED = 5
"""So many namespaces are named; the rest are counted."""


def undescribed(pods: Mapping[str, int]) -> Finding:
    """Namespaces that the graph does not hold, by how many templates it puts there."""
    named = ", ".join(sorted(pods)[:_NAMED])
    more = f" and {len(pods) - _NAMED} more" if len(pods) > _NAMED else ""
    return tells(PROOF)(
        "namespace-not-described",
        Status.UNKNOWN,
        f"namespaces {named}{more}" if len(pods) > 1 else f"namespace {named}",
        "pods are put there, and the graph does not hold the Namespace: its Pod Security "
        "level, and quotas and limits that others may have put there, are not known",
        witness={"pod templates": dict(sorted(pods.items()))},
        remedy="add the Namespace, or prove the live cluster: mlp live",
    )


def unsound(namespace: Namespace, world: World, *, pods: int) -> Iterator[Finding]:
    """Everything else because of which pods are not proved to be let in."""
    for unread in (*namespace.unread_ranges, *namespace.unread_quotas):
        words = f"not evaluated, and neither is what it applies to: {unread.why}"
        remedy = "make it known before the deployment"
        yield finding(unread.item, Doubt(rule="not-evaluated", message=words, remedy=remedy))
    for each in namespace.ranges:
        words = "; ".join(contradictions(each))
        if words:
            remedy = "correct it: the API server refuses it as it is"
            yield finding(each.item, Fault(rule="limit-range", message=words, remedy=remedy))
    if pods:
        yield from _version(namespace, world)


def _version(namespace: Namespace, world: World) -> Iterator[Finding]:
    """A Pod Security label that nobody can follow, or that means another version's checks."""
    labels = world.labels.get(namespace.name)
    if not isinstance(labels, Mapping) or namespace.item is None:
        return
    level, version = labels.get(LEVEL, LEVELS[0]), labels.get(VERSION, KNOWN[0])
    if isinstance(level, str) and level not in LEVELS:
        words = f"{LEVEL} is {level}; there are {', '.join(LEVELS)}"
        yield finding(
            namespace.item, Fault(rule="pod-security", message=words, remedy="correct it")
        )
    elif level != LEVELS[0] and (isinstance(version, Marker) or version not in KNOWN):
        words = f"{VERSION} is {_shown(version)}, and what is known here is {' and '.join(KNOWN)}"
        remedy = f"set it to {KNOWN[1]}"
        yield finding(namespace.item, Doubt(rule="pod-security", message=words, remedy=remedy))


def _shown(value: Any) -> str:
    return "not known" if isinstance(value, Marker) else str(value)


def contradictions(source: LimitRange) -> Iterator[str]:
    """Amounts of one LimitRange that exclude each other."""
    for limit in source.limits:
        ordered = [("min", limit.minimum), ("max", limit.maximum)]
        if limit.type == CONTAINER:
            requests, defaults = (
                ("defaultRequest", limit.default_request),
                ("default", limit.default),
            )
            ordered = [ordered[0], requests, defaults, ordered[1]]
        for index, (low, lows) in enumerate(ordered):
            for high, highs in ordered[index + 1 :]:
                for name in sorted(lows.keys() & highs.keys()):
                    if lows[name] > highs[name]:
                        less, more = spelled(name, lows[name]), spelled(name, highs[name])
                        yield f"{limit.type}: {low} {name} {less} is more than {high} {more}"
        for name, ratio in sorted(limit.ratio.items()):
            if ratio < 1:
                yield f"{limit.type}: maxLimitRequestRatio {name} {ratio:f} is less than 1"
