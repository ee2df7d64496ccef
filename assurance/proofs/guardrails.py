"""Every object keeps every guardrail, where the API server would hold it to that."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject, is_opaque
from assurance.graph.pod_kinds import KINDS
from assurance.graph.references import References
from assurance.graph.resource import Origin, Resource
from assurance.graph.values import Gvk
from assurance.guardrails import (
    Guardrail,
    Kind,
    Objects,
    Outcome,
    Resources,
    Verdict,
    judge,
    labels_of,
)
from assurance.guardrails.rules import AROUND, BY_TYPE, CLOUDS, in_force
from assurance.guardrails.scope import Labels
from assurance.guardrails.surroundings import seen
from assurance.proofs.findings import Finding, Result, Status, result, tells

PROOF = "guardrails"
NAMESPACE = Gvk(group="", version="v1", kind="Namespace").token
NAMED = 3
"""So many places are named; the rest are counted."""

NOWHERE = Origin()
_STATUS = {
    Outcome.ACCEPTED: Status.PROVED,
    Outcome.REFUSED: Status.REFUTED,
    Outcome.UNKNOWN: Status.UNKNOWN,
}


def guardrails(graph: Graph, intent: Intent) -> Result:
    """Each object and each resource of a cloud by each guardrail that is about it.

    What all keep is one finding.
    """
    objects = list(graph.objects())
    namespaces = namespaces_of(graph.resources.values())
    resources = [each for each in graph.resources.values() if each.type in BY_TYPE]
    judgements = [
        *(one for item in objects for one in findings(item, namespaces, intent.registries)),
        *of_clouds(resources, References(graph)),
    ]
    kept = dict.fromkeys((one.rule for one in judgements), 0)
    for one in judgements:
        kept[one.rule] += one.status is Status.PROVED
    found = [one for one in judgements if one.status is not Status.PROVED]
    broken = {one.rule for one in found}
    found += [unseen(resource) for resource in graph.resources.values() if is_opaque(resource)]
    found += [
        _finding(each, Status.PROVED, f"{kept[rule_of(each)]} {_kind_of(each)}", each.title)
        for each in (*in_force(intent.registries), *CLOUDS)
        if rule_of(each) in kept.keys() - broken
    ]
    population = {
        "objects": len(objects),
        "cloud resources": len(resources),
        "guardrails": len(kept),
        "verdicts": len(judgements),
    }
    return result(PROOF, found, population, about="verdicts")


def findings(
    item: KubernetesObject, namespaces: Mapping[str, Labels], registries: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """What the guardrails that are about an object say of it."""
    for guardrail in about(item, registries):
        yield from judged(guardrail, item, namespaces)


def of_clouds(resources: Iterable[Resource], references: References) -> Iterator[Finding]:
    """What the guardrails about resources of clouds say, once the whole stack is known."""
    for resource in resources:
        view = seen(resource, references)
        for guardrail in BY_TYPE[resource.type]:
            yield from resource_judged(guardrail, resource, view)


def alone(resource: Resource) -> tuple[Guardrail, ...]:
    """The guardrails that need to see nothing but the resource itself."""
    return tuple(each for each in BY_TYPE.get(resource.type, ()) if each.name not in AROUND)


def resource_judged(
    guardrail: Guardrail, resource: Resource, view: Mapping[str, Any]
) -> Iterator[Finding]:
    """What one guardrail says of a resource of a cloud."""
    verdict = judge(guardrail, view, {})
    if verdict.outcome is not Outcome.OUT_OF_SCOPE:
        yield _of(guardrail, name_of(resource), resource.origin, verdict)


def name_of(resource: Resource) -> str:
    """As people call it: `Bucket lake`."""
    return f"{resource.type.rpartition(':')[2]} {resource.name}"


def judged(
    guardrail: Guardrail, item: KubernetesObject, namespaces: Mapping[str, Labels]
) -> Iterator[Finding]:
    """What one guardrail says of an object; nothing where it does not hold for it."""
    manifest = {"apiVersion": item.gvk.api_version, "kind": item.gvk.kind, **item.manifest}
    verdict = judge(guardrail, manifest, namespaces)
    if verdict.outcome is not Outcome.OUT_OF_SCOPE:
        yield _of(guardrail, str(item), item.resource.origin, verdict)


def about(item: KubernetesObject, registries: tuple[str, ...] = ()) -> tuple[Guardrail, ...]:
    """The guardrails that may have something to say about an object."""
    return _about(item.gvk.group, item.gvk.kind, registries)


def unseen(resource: Resource) -> Finding:
    """A release or a folder whose objects only the provider will know."""
    return tells(PROOF)(
        "objects-are-shown",
        Status.UNKNOWN,
        name_of(resource),
        "it makes objects that nobody is shown before they are made",
        remedy="Render it first, and register its objects one by one.",
        origin=resource.origin,
    )


@cache
def _about(group: str, kind: str, registries: tuple[str, ...]) -> tuple[Guardrail, ...]:
    with_pods = any(not each.container for each in KINDS.get((group, kind), ()))
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


def _kind_of(guardrail: Guardrail) -> str:
    of = guardrail.applies.of
    return "resources" if isinstance(of, Resources) else "objects"


def _of(guardrail: Guardrail, subject: str, origin: Origin, verdict: Verdict) -> Finding:
    status, places = _STATUS[verdict.outcome], listed(verdict.places)
    words = {
        Status.PROVED: guardrail.title,
        Status.REFUTED: f"{guardrail.title} Not so{f': {places}' if places else ''}.",
        Status.UNKNOWN: f"it depends on what is not known yet: {places}",
    }[status]
    return _finding(guardrail, status, subject, words, origin, verdict.places)


def _finding(
    guardrail: Guardrail,
    status: Status,
    subject: str,
    message: str,
    origin: Origin = NOWHERE,
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
        origin=origin,
    )


def listed(names: tuple[str, ...]) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
