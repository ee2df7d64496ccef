"""Pods as they arrive against Pod Security and the guardrails about arriving pods."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.resource import Marker
from assurance.guardrails import Guardrail, Outcome, Verdict, judge
from assurance.guardrails.guardrail import ARRIVING_PODS
from assurance.guardrails.rules import ALL, BASELINE, RESTRICTED
from assurance.guardrails.rules.pod_security_levels import LEVEL
from assurance.proofs.admission.amounts import written
from assurance.proofs.admission.arrival import Arrival, spec_place
from assurance.proofs.admission.faults import Doubt, Fault
from assurance.proofs.admission.pods import Container
from assurance.proofs.admission.world import World

RULE = "pod-security"
VERSION = f"{LEVEL}-version"
KNOWN = ("latest", "v1.35")
"""The version of the checks that the guardrails are written after."""
LEVELS = ("privileged", "baseline", "restricted")
_NAMED = 3
"""So many places are named; the rest are counted."""
_EXCEPTIONS = ("spec.os.name", "spec.hostUsers")
_CHECKS = (*BASELINE, *RESTRICTED)
_ON_ARRIVAL = tuple(rule for rule in ALL if rule.applies.of == ARRIVING_PODS)
Said = list[tuple[Guardrail, Verdict]]


def verdicts(arrival: Arrival, world: World) -> Said:
    """What each guardrail about arriving pods says, Pod Security's checks among them.

    All depend on the labels of a namespace: one that nobody describes is a finding of its own.
    """
    if arrival.template.unknown or not arrival.namespace.described:
        return []
    rules = _CHECKS if arrival.pod is None else (*_CHECKS, *_ON_ARRIVAL)
    manifest = _manifest(arrival)
    said = [(rule, judge(rule, manifest, world.labels)) for rule in rules]
    return [(rule, it) for rule, it in said if it.outcome is not Outcome.OUT_OF_SCOPE]


def judged(arrival: Arrival, said: Said, world: World) -> Iterator[Fault | Doubt]:
    """What that means for a pod: Pod Security as a whole, then each other guardrail."""
    yield from _security(arrival, [each for each in said if each[0] in _CHECKS], world)
    for rule, verdict in said:
        if rule in _ON_ARRIVAL:
            yield from _guardrail(arrival, rule, verdict)


def _level(arrival: Arrival, world: World) -> str:
    """What the namespace enforces; empty where it is not known."""
    labels = world.labels.get(arrival.namespace.name, Marker.UNKNOWN)
    level = Marker.UNKNOWN if isinstance(labels, Marker) else labels.get(LEVEL, LEVELS[0])
    return level if isinstance(level, str) else ""


def _security(arrival: Arrival, said: Said, world: World) -> Iterator[Fault | Doubt]:
    level = _level(arrival, world)
    refused = [(rule, it) for rule, it in said if it.outcome is Outcome.REFUSED]
    unknown = [it for _, it in said if it.outcome is Outcome.UNKNOWN]
    if refused:
        told = [f"{rule.title} Not so at {_places(arrival, verdict)}." for rule, verdict in refused]
        yield Fault(
            rule=RULE,
            message=f"its namespace enforces {level}, and lets no pod in. {' '.join(told)}",
            remedy=" ".join(rule.remedy for rule, _ in refused),
            witness={"level": level, "checks": {r.name: list(v.places) for r, v in refused}},
        )
    elif unknown:
        places = tuple(sorted({place for verdict in unknown for place in verdict.places}))
        named = _places(arrival, Verdict(Outcome.UNKNOWN, places))
        yield Doubt(
            rule=RULE,
            message=f"whether Pod Security lets its pods in depends on {named}",
            remedy="make it known before the deployment",
        )


def _guardrail(arrival: Arrival, rule: Guardrail, verdict: Verdict) -> Iterator[Fault | Doubt]:
    places = _places(arrival, verdict)
    if verdict.outcome is Outcome.REFUSED:
        yield Fault(
            rule=rule.name,
            message=f"{rule.title} Not so, with all defaults, at {places}.",
            remedy=rule.remedy,
            witness={"places": list(verdict.places)},
        )
    elif verdict.outcome is Outcome.UNKNOWN:
        yield Doubt(rule=rule.name, message=f"it depends on {places}", remedy=rule.remedy)


def _places(arrival: Arrival, verdict: Verdict) -> str:
    """Where to look, as the owner's manifest has it; not at what would make an exception."""
    ordered = [place for place in verdict.places if place not in _EXCEPTIONS] or verdict.places
    spec = spec_place(arrival.template)
    around = spec.removesuffix("spec") if spec.endswith(".spec") else ""
    places = [
        f"{spec}{place.removeprefix('spec')}" if place.startswith("spec") else f"{around}{place}"
        for place in ordered
    ]
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f"{', '.join(places[:_NAMED])}{more}"


def _manifest(arrival: Arrival) -> dict[str, Any]:
    """The pod that its owner will send, with what admission adds to its resources."""
    template = arrival.template
    metadata = {"labels": template.labels, "annotations": template.annotations}
    spec = dict(template.spec)
    if arrival.pod is not None:
        for key, containers in (
            ("containers", arrival.pod.containers),
            ("initContainers", arrival.pod.inits),
        ):
            if containers:
                spec[key] = [
                    _with_resources(stated, made)
                    for stated, made in zip(spec[key], containers, strict=True)
                ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "namespace": arrival.namespace.name},
        "spec": spec,
    }


def _with_resources(stated: Mapping[str, Any], made: Container) -> dict[str, Any]:
    amounts = {"requests": written(made.requests), "limits": written(made.limits)}
    return {**stated, "resources": amounts}
