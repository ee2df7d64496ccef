"""Which rights open a way into a namespace, and which of them a role gives."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.proofs.network.selectors import SpecError

RBAC = "rbac.authorization.k8s.io"
READ = frozenset({"get", "list", "watch"})
WRITE = frozenset({"create", "update", "patch"})
REMOVE = frozenset({"delete", "deletecollection"})
CHANGE = WRITE | REMOVE
ENTER = frozenset({"create", "get", "update", "patch"})
AMEND = frozenset({"update", "patch"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """Something that whoever holds it can do to a namespace."""

    name: str
    group: str
    resources: tuple[str, ...]
    verbs: frozenset[str]
    at_home: bool = True
    """Whether a team may hold it in its own namespace."""
    everywhere: bool = False
    """It is about what has no namespace, so only a ClusterRoleBinding gives it."""


RIGHTS = (
    Right(name="read Secrets", group="", resources=("secrets",), verbs=READ),
    Right(name="read data", group="", resources=("configmaps", "pods/log"), verbs=READ),
    Right(name="create pods", group="", resources=("pods", "replicationcontrollers"), verbs=WRITE),
    Right(
        name="create pods",
        group="apps",
        resources=("deployments", "statefulsets", "daemonsets", "replicasets"),
        verbs=WRITE,
    ),
    Right(name="create pods", group="batch", resources=("jobs", "cronjobs"), verbs=WRITE),
    Right(name="stop pods", group="", resources=("pods", "replicationcontrollers"), verbs=REMOVE),
    Right(
        name="stop pods",
        group="apps",
        resources=("deployments", "statefulsets", "daemonsets", "replicasets"),
        verbs=REMOVE,
    ),
    Right(name="stop pods", group="batch", resources=("jobs", "cronjobs"), verbs=REMOVE),
    Right(
        name="stop pods",
        group="",
        resources=("pods/eviction",),
        verbs=frozenset({"create"}),
    ),
    Right(
        name="change what pods are given",
        group="",
        resources=("configmaps", "secrets", "persistentvolumeclaims"),
        verbs=CHANGE,
    ),
    Right(name="redirect traffic", group="", resources=("services",), verbs=CHANGE),
    Right(name="redirect traffic", group="", resources=("endpoints",), verbs=CHANGE),
    Right(
        name="redirect traffic",
        group="discovery.k8s.io",
        resources=("endpointslices",),
        verbs=CHANGE,
    ),
    Right(
        name="redirect traffic", group="networking.k8s.io", resources=("ingresses",), verbs=CHANGE
    ),
    Right(
        name="redirect traffic",
        group="gateway.networking.k8s.io",
        resources=("httproutes", "grpcroutes", "tlsroutes", "tcproutes", "referencegrants"),
        verbs=CHANGE,
    ),
    Right(
        name="claim addresses",
        group="",
        resources=("services/status",),
        verbs=AMEND,
        at_home=False,
    ),
    Right(
        name="enter pods",
        group="",
        resources=(
            *("pods/exec", "pods/attach", "pods/portforward"),
            *("pods/proxy", "services/proxy"),
        ),
        verbs=ENTER,
    ),
    Right(name="enter pods", group="", resources=("pods/ephemeralcontainers",), verbs=AMEND),
    Right(
        name="enter nodes",
        group="",
        resources=("nodes/proxy",),
        verbs=ENTER,
        at_home=False,
        everywhere=True,
    ),
    Right(
        name="use ServiceAccounts",
        group="",
        resources=("serviceaccounts/token",),
        verbs=frozenset({"create"}),
    ),
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
        everywhere=True,
    ),
    Right(
        name="bind and escalate roles",
        group=RBAC,
        resources=("roles", "clusterroles"),
        verbs=frozenset({"bind", "escalate"}),
        at_home=False,
    ),
    Right(name="bind roles", group=RBAC, resources=("rolebindings",), verbs=WRITE),
    Right(
        name="bind roles everywhere",
        group=RBAC,
        resources=("clusterrolebindings",),
        verbs=WRITE,
        at_home=False,
        everywhere=True,
    ),
    Right(
        name="approve certificates",
        group="certificates.k8s.io",
        resources=("certificatesigningrequests/approval",),
        verbs=AMEND,
        at_home=False,
        everywhere=True,
    ),
    Right(
        name="approve certificates",
        group="certificates.k8s.io",
        resources=("signers",),
        verbs=frozenset({"approve", "sign"}),
        at_home=False,
        everywhere=True,
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
        verbs=AMEND,
        at_home=False,
    ),
    Right(
        name="make volumes",
        group="",
        resources=("persistentvolumes",),
        verbs=WRITE,
        at_home=False,
        everywhere=True,
    ),
    Right(
        name="change what is admitted",
        group="admissionregistration.k8s.io",
        resources=(
            *("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
            *("validatingadmissionpolicies", "validatingadmissionpolicybindings"),
        ),
        verbs=CHANGE,
        at_home=False,
        everywhere=True,
    ),
)
"""At home: RBAC itself keeps whoever binds roles from giving more than they hold."""

Rule = Mapping[str, Any]


def given(rules: Iterable[Any]) -> Iterator[tuple[Right, str, str]]:
    """The rights that rules give, each with a resource and a verb that show it."""
    for rule in rules:
        if not isinstance(rule, Mapping):
            message = f"expected a rule, got {rule!r}"
            raise SpecError(message)
        groups, resources, verbs = (_words(rule, k) for k in ("apiGroups", "resources", "verbs"))
        named = bool(_words(rule, "resourceNames"))
        for right in RIGHTS:
            if groups & {right.group, "*"}:
                shown = _shown(right, resources, verbs, named=named)
                yield from [(right, *shown)] if shown else []


def _shown(
    right: Right, resources: frozenset[str], verbs: frozenset[str], *, named: bool
) -> tuple[str, str] | None:
    """A resource and a verb of a right that a rule gives."""
    for resource in right.resources:
        if _covers(resources, resource):
            for verb in sorted(right.verbs):
                if verbs & {verb, "*"} and not (named and _nameless(verb, resource)):
                    return resource, verb
    return None


def _nameless(verb: str, resource: str) -> bool:
    """A request that carries no name of an object, so a rule about names never allows it."""
    return verb == "deletecollection" or (verb == "create" and "/" not in resource)


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
