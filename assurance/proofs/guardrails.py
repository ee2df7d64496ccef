"""Every object keeps every guardrail, where the API server would hold it to that."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject, is_opaque
from assurance.graph.pod_kinds import KINDS
from assurance.graph.resource import Origin, Resource
from assurance.graph.values import Gvk
from assurance.guardrails import Guardrail, Kind, Objects, Outcome, Verdict, judge, labels_of
from assurance.guardrails.rules import in_force
from assurance.guardrails.scope import Labels
from assurance.proofs.findings import Finding, Result, Status, result

PROOF = "guardrails"
NAMESPACE = Gvk(group="", version="v1", kind="Namespace").token
NAMED = 3
"""So many places are named; the rest are counted."""

_STATUS = {
    Outcome.ACCEPTED: Status.PROVED,
    Outcome.REFUSED: Status.REFUTED,
    Outcome.UNKNOWN: Status.UNKNOWN,
}


def guardrails(graph: Graph, intent: Intent) -> Result:
    """Each object by each guardrail that is about it; what all keep is one finding."""
    objects = list(graph.objects())
    namespaces = namespaces_of(graph.resources.values())
    found: list[Finding] = []
    kept: dict[str, int] = {}
    verdicts = 0
    for item in objects:
        for one in findings(item, namespaces, intent.registries):
            verdicts += 1
            kept.setdefault(one.rule, 0)
            if one.status is Status.PROVED:
                kept[one.rule] += 1
            else:
                found.append(one)
    broken = {one.rule for one in found}
    found += [unseen(resource) for resource in graph.resources.values() if is_opaque(resource)]
    found += [
        _finding(each, Status.PROVED, f"{kept[rule_of(each)]} objects", each.title)
        for each in in_force(intent.registries)
        if rule_of(each) in kept.keys() - broken
    ]
    population = {"objects": len(objects), "guardrails": len(kept), "verdicts": verdicts}
    return result(PROOF, found, population, about="verdicts")


def findings(
    item: KubernetesObject, namespaces: Mapping[str, Labels], registries: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """What the guardrails that are about an object say of it."""
    for guardrail in about(item, registries):
        yield from judged(guardrail, item, namespaces)


def judged(
    guardrail: Guardrail, item: KubernetesObject, namespaces: Mapping[str, Labels]
) -> Iterator[Finding]:
    """What one guardrail says of an object; nothing where it does not hold for it."""
    manifest = {"apiVersion": item.gvk.api_version, "kind": item.gvk.kind, **item.manifest}
    verdict = judge(guardrail, manifest, namespaces)
    if verdict.outcome is not Outcome.OUT_OF_SCOPE:
        yield _of_object(guardrail, item, verdict)


def about(item: KubernetesObject, registries: tuple[str, ...] = ()) -> tuple[Guardrail, ...]:
    """The guardrails that may have something to say about an object."""
    return _about(item.gvk.group, item.gvk.kind, registries)


def unseen(resource: Resource) -> Finding:
    """A release or a folder whose objects only the provider will know."""
    return Finding(
        proof=PROOF,
        rule=f"{PROOF}/objects-are-shown",
        status=Status.UNKNOWN,
        subject=f"{resource.type.rpartition(':')[2]} {resource.name}",
        message="it makes objects that nobody is shown before they are made",
        remedy="Render it first, and register its objects one by one.",
        origin=resource.origin,
    )


@cache
def _about(group: str, kind: str, registries: tuple[str, ...]) -> tuple[Guardrail, ...]:
    with_pods = bool(KINDS.get((group, kind)))
    return tuple(
        each
        for each in in_force(registries)
        if (
            Kind(group, kind) in of.kinds
            if isinstance(of := each.applies.of, Objects)
            else with_pods
        )
    )


def namespaces_of(resources: Iterable[Resource]) -> dict[str, Labels]:
    """The labels of the namespaces among some resources."""
    return labels_of(r.inputs for r in resources if r.type == NAMESPACE)


def rule_of(guardrail: Guardrail) -> str:
    """The name that findings about it have."""
    return f"{PROOF}/{guardrail.name}"


def _of_object(guardrail: Guardrail, item: KubernetesObject, verdict: Verdict) -> Finding:
    status, places = _STATUS[verdict.outcome], listed(verdict.places)
    words = {
        Status.PROVED: guardrail.title,
        Status.REFUTED: f"{guardrail.title} Not so: {places}.",
        Status.UNKNOWN: f"it depends on what is not known yet: {places}",
    }[status]
    return _finding(guardrail, status, str(item), words, item, verdict.places)


def _finding(
    guardrail: Guardrail,
    status: Status,
    subject: str,
    message: str,
    item: KubernetesObject | None = None,
    places: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        proof=PROOF,
        rule=rule_of(guardrail),
        status=status,
        subject=subject,
        message=message,
        witness={"places": list(places)} if places else {},
        remedy="" if status is Status.PROVED else guardrail.remedy,
        origin=Origin() if item is None else item.resource.origin,
    )


def listed(names: tuple[str, ...]) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
