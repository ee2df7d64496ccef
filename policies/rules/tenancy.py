"""Teams: what stands around each namespace before anything runs in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from rule import Fault, Judgement, Rule, Unknown

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker

_CLASS = "ml-platform/namespace-class"
_DIRECTIONS = ("Ingress", "Egress")

Answer = bool | Marker
"""Yes, no, or not known yet."""


def team_namespaces_are_closed(graph: Graph) -> Judgement:
    """Each team's namespace has a quota, container limits, and denies all traffic by default."""
    objects = list(graph.objects())
    faults: list[Fault] = []
    unknown: list[Unknown] = []
    namespaces = [item for item in objects if item.gvk.kind == "Namespace"]
    classes = {item.name: _class(item) for item in namespaces}
    for item in namespaces:
        urn = item.resource.urn
        if isinstance(classes[item.name], Marker) or isinstance(item.name, Marker):
            unknown.append(Unknown(urn=urn, because="its name or class is not known yet"))
        elif classes[item.name] == "team":
            for what, answer, remedy in _walls(item.name, objects):
                if isinstance(answer, Marker):
                    unknown.append(Unknown(urn=urn, because=f"its {what} is not known yet"))
                elif not answer:
                    message = f"Namespace {item.name} has no {what}. {remedy}"
                    faults.append(Fault(urn=urn, message=message))
    teams = sum(1 for found in classes.values() if found == "team")
    return Judgement(
        faults=tuple(faults), unknown=tuple(unknown), population={"team namespaces": teams}
    )


def _walls(
    namespace: str, objects: Iterable[KubernetesObject]
) -> Iterator[tuple[str, Answer, str]]:
    """Everything that has to stand, whether it does, and what to do if not."""
    inside = [item for item in objects if item.namespace in (namespace, Marker.UNKNOWN)]
    register = "Declare the namespace as a team in the stack file, which makes it."
    yield "ResourceQuota", _any(inside, namespace, "ResourceQuota", _is_quota), register
    yield "LimitRange for containers", _any(inside, namespace, "LimitRange", _is_limit), register
    for direction in _DIRECTIONS:

        def denies(spec: Mapping[str, Any], direction: str = direction) -> Answer:
            return _denies(spec, direction)

        what = f"NetworkPolicy that denies all {direction.lower()} by default"
        yield what, _any(inside, namespace, "NetworkPolicy", denies), register


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
    return _present(spec.get("hard"))


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


def _class(namespace: KubernetesObject) -> Any:
    """`team`, or whatever else the namespace's label says."""
    found: Any = namespace.manifest
    for key in ("metadata", "labels", _CLASS):
        if isinstance(found, Marker):
            return found
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _present(value: Any) -> Answer:
    return value if isinstance(value, Marker) else bool(value)


TEAM_NAMESPACES_ARE_CLOSED = Rule(
    name="team-namespaces-are-closed",
    description="A team's namespace has a quota, container limits and default-deny, both ways.",
    scope="stack",
    severity="critical",
    judge=team_namespaces_are_closed,
)
