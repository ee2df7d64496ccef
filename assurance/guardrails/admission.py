"""Guardrails as objects of the API server: a ValidatingAdmissionPolicy and its binding each.

On the cluster a guardrail about pods judges Kubernetes' own kinds that carry a template, so that a
Deployment is refused rather than silently without pods, and every pod itself as it arrives, whoever
made it. Kinds of operators are judged there through their pods.
"""

from collections.abc import Iterator
from typing import Any

from assurance.graph.pod_kinds import KINDS
from assurance.guardrails import predicate as p
from assurance.guardrails.cel import cel, chain, literal
from assurance.guardrails.guardrail import NOBODY, Guardrail, Kind, Objects, PodTemplates
from assurance.guardrails.scope import selector

API_VERSION = "admissionregistration.k8s.io/v1"
PREFIX = "ml-platform-"
ITSELF = (
    "system:apiserver",
    "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
)
"""Who restores the roles that Kubernetes comes with, and adds up what others were granted."""

_GROUPS = ("", "apps", "batch")
_POD = Kind("", "Pod")
_LONGEST = 63


def to_cel(guardrail: Guardrail) -> list[dict[str, Any]]:
    """The policy and the binding that make the API server refuse what the guardrail refuses."""
    name = f"{PREFIX}{guardrail.name}"
    if len(name) > _LONGEST:
        message = f"{name} is too long for a policy's name"
        raise ValueError(message)
    scope = guardrail.applies.scope
    where = {"matchResources": {"namespaceSelector": selector(scope)}} if scope else {}
    return [
        {
            "apiVersion": API_VERSION,
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name},
            "spec": _spec(guardrail),
        },
        {
            "apiVersion": API_VERSION,
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name},
            "spec": {
                "policyName": name,
                "validationActions": ["Deny"],
                **where,
            },
        },
    ]


def _spec(guardrail: Guardrail) -> dict[str, Any]:
    of, message = guardrail.applies.of, f"{guardrail.title} {guardrail.remedy}"
    spec: dict[str, Any] = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [_rule(group, kinds) for group, kinds in _by(of)]},
        "matchConditions": _conditions(guardrail),
    }
    expression = cel(guardrail.require, "object")
    if not isinstance(of, Objects):
        spec["variables"] = [{"name": "pods", "expression": templates()}]
        expression = f"variables.pods.all(pod, {cel(guardrail.require, 'pod')})"
    spec["validations"] = [{"expression": expression, "message": message, "reason": "Forbidden"}]
    return spec


def carriers() -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """Kubernetes' own kinds that carry one pod template, and where."""
    for (group, kind), places in KINDS.items():
        if group in _GROUPS and places:
            yield Kind(group, kind), places[0].template


def templates() -> str:
    """The pods that an object shows, as a list."""
    expression = "[]"
    for kind, steps in carriers():
        template = f"[?{chain(p.Path(steps), 'object')}]"
        expression = f"object.kind == {literal(kind.kind)} ? {template} : {expression}"
    return expression


def _by(of: Objects | PodTemplates) -> list[tuple[str, list[Kind]]]:
    kinds = of.kinds if isinstance(of, Objects) else [kind for kind, _ in carriers()]
    groups: dict[str, list[Kind]] = {}
    for kind in sorted(kinds):
        groups.setdefault(kind.group, []).append(kind)
    return list(groups.items())


def _rule(group: str, kinds: list[Kind]) -> dict[str, Any]:
    """Debug containers enter a running pod through a door of their own."""
    doors = ["pods/ephemeralcontainers"] if _POD in kinds else []
    return {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE"],
        "resources": [*(kind.resource for kind in kinds), *doors],
    }


def _conditions(guardrail: Guardrail) -> list[dict[str, str]]:
    """An update counts where it changes what the guardrail looks at.

    Otherwise a controller could not take its finalizer off an object that is older than the policy.
    """
    looked = looked_at(guardrail.require)
    changes = [f"{chain(path, 'object')} != {chain(path, 'oldObject')}" for path in looked]
    users = ", ".join(literal(user) for user in ITSELF)
    conditions = {
        "somebody-else": f"!(request.userInfo.username in [{users}])",
        "something-new": " || ".join(['request.operation == "CREATE"', *changes]),
    }
    if guardrail.applies.exempt != NOBODY:
        conditions["not-exempt"] = f"!({cel(guardrail.applies.exempt, 'object')})"
    return [{"name": name, "expression": words} for name, words in conditions.items()]


def looked_at(require: p.Predicate) -> list[p.Path]:
    """The parts of an object that a predicate looks at, coarsely."""
    found = {path.steps for path in _paths(require)}
    return [p.Path(s) for s in sorted({s[: 2 if s[0] == "metadata" else 1] for s in found})]


def _paths(require: p.Predicate) -> Iterator[p.Path]:
    """Paths from the object itself; what quantifiers look at is within their lists."""
    match require:
        case p.Every() | p.Some():
            yield from require.lists
        case p.EveryEntry():
            yield require.mapping
        case p.Not():
            yield from _paths(require.negated)
        case p.AllOf() | p.AnyOf():
            for part in require.parts:
                yield from _paths(part)
        case _:
            yield require.term if isinstance(require.term, p.Path) else require.term.at
