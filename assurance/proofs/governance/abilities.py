"""What the roles that an intent declares mean: each can do what it is for, none more."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

READ = ("get", "list", "watch")
CHANGE = ("create", "delete", "patch", "update")
Ability = tuple[str, str, tuple[str, ...]]
"""API group, resource, verbs."""

_LOOK: tuple[Ability, ...] = (
    *(
        ("", name, READ)
        for name in (
            *("configmaps", "events", "persistentvolumeclaims", "pods", "pods/log", "services"),
        )
    ),
    *(("apps", name, READ) for name in ("deployments", "replicasets", "statefulsets")),
    *(("batch", name, READ) for name in ("cronjobs", "jobs")),
    ("autoscaling", "horizontalpodautoscalers", READ),
)
_WORK: tuple[Ability, ...] = (
    *(("", name, CHANGE) for name in ("configmaps", "persistentvolumeclaims", "pods", "services")),
    ("", "secrets", (*READ, *CHANGE)),
    ("", "pods/exec", ("create",)),
    *(("apps", name, CHANGE) for name in ("deployments", "statefulsets")),
    *(("batch", name, CHANGE) for name in ("cronjobs", "jobs")),
    ("autoscaling", "horizontalpodautoscalers", CHANGE),
)
_RULES: tuple[tuple[str, str], ...] = (
    ("", "limitranges"),
    ("", "resourcequotas"),
    ("networking.k8s.io", "networkpolicies"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "roles"),
)
"""What a team is held by: an admin sees it, and only the platform changes it."""
_OVERSEE: tuple[Ability, ...] = tuple((group, name, READ) for group, name in _RULES)

MEANT: Final[Mapping[str, tuple[Ability, ...]]] = {
    "view": _LOOK,
    "edit": (*_LOOK, *_WORK),
    "admin": (*_LOOK, *_WORK, *_OVERSEE),
}
"""By role, from the least to the greatest: what whoever has it can rely on."""

BEYOND: Final[Mapping[str, tuple[Ability, ...]]] = {
    "view": (("", "secrets", ("*",)), ("*", "*", (*CHANGE, "deletecollection"))),
    "edit": tuple((group, name, ("*",)) for group, name in _RULES),
    "admin": tuple((group, name, (*CHANGE, "deletecollection")) for group, name in _RULES),
}
"""By role: what nobody has it for. `*` is any."""


def allows(rules: Iterable[Mapping[str, Any]], group: str, resource: str, verb: str) -> bool:
    """Whether one of the rules gives a verb on a resource as a whole."""
    return any(
        not rule.get("resourceNames")
        and {"*", group} & _words(rule, "apiGroups")
        and _covers(_words(rule, "resources"), resource)
        and {"*", verb} & _words(rule, "verbs")
        for rule in rules
    )


def beyond(
    rules: Iterable[Mapping[str, Any]], forbidden: Iterable[Ability]
) -> Iterator[tuple[str, str]]:
    """Verbs and resources that rules give and that are forbidden."""
    never = list(forbidden)
    for rule in rules:
        groups, verbs = _words(rule, "apiGroups"), _words(rule, "verbs")
        for group, resource, bad in never:
            named = _words(rule, "resources")
            hit = sorted(named) if resource == "*" else [resource] * _covers(named, resource)
            said = sorted(verbs) if bad == ("*",) else sorted(verbs & {"*", *bad})
            if hit and said and (group == "*" or {"*", group} & groups):
                yield said[0], hit[0]


def _covers(stated: frozenset[str], resource: str) -> bool:
    """`*` is every resource with every subresource, `*/exec` one subresource of each."""
    _, _, sub = resource.partition("/")
    return bool(stated & {resource, "*", *({f"*/{sub}"} if sub else ())})


def _words(rule: Mapping[str, Any], key: str) -> frozenset[str]:
    stated = rule.get(key)
    return frozenset(map(str, stated)) if isinstance(stated, list | tuple) else frozenset()
