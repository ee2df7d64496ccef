"""What stands around each team's namespace: a quota, limits, and default-deny both ways."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.graph.values import TEAM
from assurance.proofs.findings import Finding, Result, Status, result, tells

PROOF = "tenancy"
_DIRECTIONS = ("Ingress", "Egress")
_REMEDY = "Declare the namespace as a team in the stack file, which makes it."

Answer = bool | Marker
"""Yes, no, or not known yet."""


def tenancy(graph: Graph, intent: Intent) -> Result:
    """Each namespace that is a team's, by intent or by its label, has everything around it."""
    objects = list(graph.objects())
    asked = {name for team in intent.teams.values() for name in team.namespaces}
    found: list[Finding] = []
    namespaces = 0
    for item in objects:
        if item.gvk.kind != "Namespace":
            continue
        team = True if item.name in asked else _labelled(item)
        if isinstance(team, Marker) or isinstance(item.name, Marker):
            found.append(_finding(item, "known", "name and labels", Marker.UNKNOWN))
        elif team:
            namespaces += 1
            walls = _walls(item.name, objects)
            found += [_finding(item, rule, what, stands) for rule, what, stands in walls]
    population = {"namespaces of teams": namespaces}
    return result(PROOF, found, population, about="namespaces of teams")


def _finding(item: KubernetesObject, rule: str, what: str, stands: Answer) -> Finding:
    status = Status.PROVED if stands is True else Status.REFUTED
    message = f"it has {'a' if stands else 'no'} {what}"
    if isinstance(stands, Marker):
        status, message = Status.UNKNOWN, f"its {what} is not known yet"
    return tells(PROOF)(
        rule,
        status,
        str(item),
        message,
        remedy="" if status is Status.PROVED else _REMEDY,
        origin=item.resource.origin,
    )


def _walls(
    namespace: str, objects: Iterable[KubernetesObject]
) -> Iterator[tuple[str, str, Answer]]:
    """Everything that has to stand, and whether it does."""
    inside = [item for item in objects if item.namespace in (namespace, Marker.UNKNOWN)]
    yield "quota", "ResourceQuota", _any(inside, namespace, "ResourceQuota", _is_quota)
    limits = _any(inside, namespace, "LimitRange", _is_limit)
    yield "limits", "LimitRange for containers", limits
    for direction in _DIRECTIONS:

        def denies(spec: Mapping[str, Any], direction: str = direction) -> Answer:
            return _denies(spec, direction)

        what = f"NetworkPolicy that denies all {direction.lower()} by default"
        yield f"denies-{direction.lower()}", what, _any(inside, namespace, "NetworkPolicy", denies)


def _any(
    inside: Iterable[KubernetesObject],
    namespace: str,
    kind: str,
    holds: Callable[[Mapping[str, Any]], Answer],
) -> Answer:
    """Whether some object of a kind is as it should be; unknown if only an unknown one may be."""
    answers: list[Answer] = []
    for item in inside:
        if item.gvk.kind == kind:
            spec = item.manifest.get("spec") or {}
            answer = holds(spec) if isinstance(spec, Mapping) else Marker.UNKNOWN
            known = item.namespace == namespace or answer is False
            answers.append(answer if known else Marker.UNKNOWN)
    if True in answers:
        return True
    return next((answer for answer in answers if isinstance(answer, Marker)), False)


def _is_quota(spec: Mapping[str, Any]) -> Answer:
    hard = spec.get("hard")
    return hard if isinstance(hard, Marker) else bool(hard)


def _is_limit(spec: Mapping[str, Any]) -> Answer:
    limits = spec.get("limits") or ()
    if isinstance(limits, Marker):
        return limits
    for limit in limits:
        if isinstance(limit, Marker):
            return limit
        if limit.get("type") == "Container" and limit.get("default"):
            return True
    return False


def _denies(spec: Mapping[str, Any], direction: str) -> Answer:
    """A policy over every pod that opens nothing in this direction."""
    fields = [spec.get(key) for key in ("podSelector", "policyTypes", direction.lower())]
    if found := next((field for field in fields if isinstance(field, Marker)), None):
        return found
    selector, types, rules = fields
    everyone = not any((selector or {}).values())
    # Without policyTypes a policy always isolates ingress, and egress only if it opens some.
    isolates = direction in (types or ("Ingress",))
    return everyone and isolates and not rules


def _labelled(namespace: KubernetesObject) -> Answer:
    """Whether it carries a team's label."""
    found: Any = namespace.manifest
    for key in ("metadata", "labels", TEAM):
        if isinstance(found, Marker):
            return found
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Marker) else bool(found)
