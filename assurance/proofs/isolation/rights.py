"""Which rights open a way into a namespace, and which of them a role gives."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from assurance.proofs.network.selectors import SpecError

RBAC = "rbac.authorization.k8s.io"
READ = frozenset({"get", "list", "watch"})
WRITE = frozenset({"create", "update", "patch"})
CHANGE = WRITE | {"delete", "deletecollection"}
ENTER = frozenset({"create", "get", "update", "patch"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """Something that whoever holds it can do to a namespace."""

    name: str
    group: str
    resources: tuple[str, ...]
    verbs: frozenset[str]
    at_home: bool = True
    """Whether a team may hold it in its own namespace."""


RIGHTS = (
    Right(name="read Secrets", group="", resources=("secrets",), verbs=READ),
    Right(name="create pods", group="", resources=("pods", "replicationcontrollers"), verbs=WRITE),
    Right(
        name="create pods",
        group="apps",
        resources=("deployments", "statefulsets", "daemonsets", "replicasets"),
        verbs=WRITE,
    ),
    Right(name="create pods", group="batch", resources=("jobs", "cronjobs"), verbs=WRITE),
    Right(
        name="enter pods",
        group="",
        resources=(
            *("pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers"),
            *("pods/proxy", "services/proxy"),
        ),
        verbs=ENTER,
    ),
    Right(name="enter nodes", group="", resources=("nodes/proxy",), verbs=ENTER, at_home=False),
    Right(name="use ServiceAccounts", group="", resources=("serviceaccounts/token",), verbs=WRITE),
    Right(
        name="impersonate ServiceAccounts",
        group="",
        resources=("serviceaccounts",),
        verbs=frozenset({"impersonate"}),
    ),
    Right(
        name="impersonate people",
        group="",
        resources=("users", "groups"),
        verbs=frozenset({"impersonate"}),
        at_home=False,
    ),
    Right(
        name="bind and escalate roles",
        group=RBAC,
        resources=("roles", "clusterroles"),
        verbs=frozenset({"bind", "escalate"}),
        at_home=False,
    ),
    Right(
        name="bind roles",
        group=RBAC,
        resources=("rolebindings", "clusterrolebindings"),
        verbs=WRITE,
    ),
    Right(
        name="change NetworkPolicies",
        group="networking.k8s.io",
        resources=("networkpolicies",),
        verbs=CHANGE,
        at_home=False,
    ),
    Right(
        name="relabel namespaces",
        group="",
        resources=("namespaces",),
        verbs=frozenset({"update", "patch"}),
        at_home=False,
    ),
)
"""At home: RBAC itself keeps whoever binds roles from giving more than they hold."""

Rule = Mapping[str, Any]

_EVERYTHING: Rule = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
_EDIT: tuple[Rule, ...] = (
    {"apiGroups": [""], "resources": ["pods", "secrets"], "verbs": sorted(CHANGE | READ)},
    {"apiGroups": ["apps", "batch"], "resources": ["*"], "verbs": sorted(CHANGE)},
    {
        "apiGroups": [""],
        "resources": ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy"],
        "verbs": sorted(ENTER),
    },
    {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]},
    {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
    {
        "apiGroups": ["networking.k8s.io"],
        "resources": ["networkpolicies"],
        "verbs": sorted(CHANGE),
    },
)
_ADMIN: tuple[Rule, ...] = (
    *_EDIT,
    {"apiGroups": [RBAC], "resources": ["roles", "rolebindings"], "verbs": sorted(CHANGE)},
)
BUILT_IN: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "cluster-admin": (_EVERYTHING,),
        "admin": _ADMIN,
        "edit": _EDIT,
        "view": (),
        "system:basic-user": (),
        "system:discovery": (),
        "system:public-info-viewer": (),
        "system:service-account-issuer-discovery": (),
    }
)
"""Roles that every cluster has, as far as they open a way into a namespace."""


def given(rules: Iterable[Any]) -> Iterator[tuple[Right, str, str]]:
    """The rights that rules give, each with a resource and a verb that show it."""
    for rule in rules:
        if not isinstance(rule, Mapping):
            message = f"expected a rule, got {rule!r}"
            raise SpecError(message)
        groups, resources, verbs = (_words(rule, k) for k in ("apiGroups", "resources", "verbs"))
        for right in RIGHTS:
            if not groups & {right.group, "*"}:
                continue
            resource = next((r for r in right.resources if _covers(resources, r)), None)
            verb = next((v for v in sorted(right.verbs) if verbs & {v, "*"}), None)
            if resource is not None and verb is not None:
                yield right, resource, verb


def _covers(stated: frozenset[str], resource: str) -> bool:
    """`*` is every resource with every subresource, `*/exec` one subresource of each."""
    _, _, sub = resource.partition("/")
    return bool(stated & {resource, "*", *({f"*/{sub}"} if sub else ())})


def _words(rule: Mapping[str, Any], key: str) -> frozenset[str]:
    stated = rule.get(key) or ()
    if not isinstance(stated, list | tuple) or not all(isinstance(word, str) for word in stated):
        message = f"{key} is not known"
        raise SpecError(message)
    return frozenset(stated)
