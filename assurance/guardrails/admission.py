"""Guardrails as objects of the API server: ValidatingAdmissionPolicies and their bindings.

Guardrails about the same objects, in the same scope and at the same level, share one policy; each
keeps its own validation and message. On the cluster a guardrail about pods judges Kubernetes' own
kinds that carry a template, so that a Deployment is refused rather than silently without pods, and
every pod itself as it arrives, whoever made it. Kinds of operators are judged there through their
pods.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from assurance.graph.pod_kinds import KINDS
from assurance.graph.values import Level
from assurance.guardrails import predicate as p
from assurance.guardrails.cel import cel, chain, literal
from assurance.guardrails.guardrail import (
    NOBODY,
    Guardrail,
    Kind,
    Objects,
    PodTemplates,
    Resources,
    Selector,
)
from assurance.guardrails.messages import said
from assurance.guardrails.scope import selector

API_VERSION = "admissionregistration.k8s.io/v1"
PREFIX = "ml-platform-"
ITSELF = (
    "system:apiserver",
    "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
)
"""Who restores the roles that Kubernetes comes with, and adds up what others were granted."""

ACTIONS = {Level.MANDATORY: ("Deny",), Level.ADVISORY: ("Warn", "Audit")}
"""What a level means to the API server; what is disabled is not there."""

_GROUPS = ("", "apps", "batch")
_DOORS = {
    Kind("", "Pod"): ("pods/ephemeralcontainers",),
    Kind("", "Namespace"): ("namespaces/finalize", "namespaces/status"),
}
"""Ways past the resource itself: debug containers, and labels that come with a status."""


def to_cel(guardrail: Guardrail) -> list[dict[str, Any]]:
    """The policy and the binding that make the API server refuse what the guardrail refuses."""
    return _pair(f"{PREFIX}{guardrail.name}", guardrail.applies, [guardrail], Level.MANDATORY)


def policies(levels: Mapping[Guardrail, Level]) -> list[dict[str, Any]]:
    """The policies and bindings that hold each guardrail at its level."""
    groups: dict[tuple[str, Level], list[Guardrail]] = {}
    for guardrail, level in levels.items():
        if level is not Level.DISABLED:
            groups.setdefault((_name(guardrail.applies, level), level), []).append(guardrail)
    return [
        item
        for (name, level), rules in groups.items()
        for item in _pair(name, _shared(name, rules), rules, level)
    ]


def _name(applies: Selector, level: Level) -> str:
    suffix = "" if level is Level.MANDATORY else f"-{level}"
    return f"{PREFIX}{applies.of.name}-{applies.scope.name}{suffix}"


def _shared(name: str, rules: Sequence[Guardrail]) -> Selector:
    """What all of them are about; two things under one name would be taken for each other."""
    applies = rules[0].applies
    if any(rule.applies != applies for rule in rules):
        message = f"{name} would be about different things: {[rule.name for rule in rules]}"
        raise ValueError(message)
    return applies


def _pair(
    name: str, applies: Selector, rules: Sequence[Guardrail], level: Level
) -> list[dict[str, Any]]:
    where = {"namespaceSelector": selector(applies.scope)} if applies.scope.conditions else {}
    return [
        {
            "apiVersion": API_VERSION,
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name},
            "spec": _spec(applies, rules),
        },
        {
            "apiVersion": API_VERSION,
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name},
            "spec": {
                "policyName": name,
                "validationActions": list(ACTIONS[level]),
                **({"matchResources": where} if where else {}),
            },
        },
    ]


def _spec(applies: Selector, rules: Sequence[Guardrail]) -> dict[str, Any]:
    of = _on_cluster(applies)
    about_pods = isinstance(of, PodTemplates)
    variables = {"variables": [{"name": "pods", "expression": templates("object")}]}
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [_rule(group, kinds) for group, kinds in _by(of)]},
        "matchConditions": _conditions(applies, rules),
        **(variables if about_pods else {}),
        "validations": [_validation(rule, about_pods=about_pods) for rule in rules],
    }


def _on_cluster(applies: Selector) -> Objects | PodTemplates:
    if isinstance(applies.of, Resources):
        message = f"no API server is shown {applies.of.name}"
        raise TypeError(message)
    return applies.of


def _validation(rule: Guardrail, *, about_pods: bool) -> dict[str, Any]:
    expression = cel(rule.require, "object")
    if about_pods:
        expression = f"variables.pods.all(pod, {cel(rule.require, 'pod')})"
    return {"expression": expression, **said(rule, about_pods=about_pods), "reason": "Forbidden"}


def carriers() -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """Kubernetes' own kinds that carry one pod template, and where."""
    for (group, kind), places in KINDS.items():
        if group in _GROUPS and places:
            yield Kind(group, kind), places[0].template


def templates(root: str) -> str:
    """The pods that an object shows, as a list."""
    places: dict[tuple[str, ...], list[str]] = {}
    for kind, steps in carriers():
        places.setdefault(steps, []).append(literal(kind.kind))
    expression = "[]"
    for steps, kinds in places.items():
        template = f"[?{chain(p.Path(steps), root)}]"
        expression = f"{root}.kind in [{', '.join(kinds)}] ? {template} : {expression}"
    return f"({expression})"


def _by(of: Objects | PodTemplates) -> list[tuple[str, list[Kind]]]:
    kinds = of.kinds if isinstance(of, Objects) else [kind for kind, _ in carriers()]
    groups: dict[str, list[Kind]] = {}
    for kind in sorted(kinds):
        groups.setdefault(kind.group, []).append(kind)
    return list(groups.items())


def _rule(group: str, kinds: list[Kind]) -> dict[str, Any]:
    doors = (door for kind in kinds for door in _DOORS.get(kind, ()))
    return {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE"],
        "resources": [*(kind.resource for kind in kinds), *doors],
    }


def _conditions(applies: Selector, rules: Iterable[Guardrail]) -> list[dict[str, str]]:
    """An update counts where it changes what one of the guardrails looks at.

    Otherwise a controller could not take its finalizer off an object that is older than the policy.
    """
    users = ", ".join(literal(user) for user in ITSELF)
    changes = " || ".join(['request.operation == "CREATE"', *_changes(_on_cluster(applies), rules)])
    conditions = {
        "somebody-else": f"!(request.userInfo.username in [{users}])",
        "something-new": changes,
    }
    if applies.exempt != NOBODY:
        conditions["not-exempt"] = f"!({cel(applies.exempt, 'object')})"
    return [{"name": name, "expression": words} for name, words in conditions.items()]


def _changes(of: Objects | PodTemplates, rules: Iterable[Guardrail]) -> Iterator[str]:
    """A template changes as a whole; what wraps it may be scaled or suspended as it is."""
    found = {path for rule in rules for path in _parts(rule.require)}
    paths = sorted(found, key=lambda path: path.steps)
    changed = [f"{chain(path, 'object')} != {chain(path, 'oldObject')}" for path in paths]
    if isinstance(of, Objects):
        yield from changed
        return
    yield f'object.kind == "Pod" && ({" || ".join(changed)})'
    yield f'object.kind != "Pod" && {templates("object")} != {templates("oldObject")}'


def _parts(require: p.Predicate) -> set[p.Path]:
    """The parts of an object that a predicate looks at, coarsely."""
    found = {path.steps for path in p.looked_at(require)}
    return {p.Path(steps[: 2 if steps[0] == "metadata" else 1]) for steps in found}
