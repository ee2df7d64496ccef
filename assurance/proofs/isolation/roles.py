"""Roles, looked up as the API server does: by name, with what aggregated ones gather."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.isolation.giving import Rule
from assurance.proofs.isolation.rights import CALL, CHANGE, RBAC, READ
from assurance.proofs.network.selectors import SpecError, selector

_TO = "rbac.authorization.k8s.io/aggregate-to-"

_VIEW: tuple[Rule, ...] = (
    {"apiGroups": [""], "resources": ["configmaps", "pods/log"], "verbs": sorted(READ)},
)
_EDIT: tuple[Rule, ...] = (
    {"apiGroups": [""], "resources": ["secrets"], "verbs": sorted(READ | CHANGE)},
    {
        "apiGroups": [""],
        "resources": [
            *("configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers"),
            *("replicationcontrollers/scale", "serviceaccounts", "services"),
        ],
        "verbs": sorted(CHANGE),
    },
    {
        "apiGroups": [""],
        "resources": [
            *("pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy"),
        ],
        "verbs": sorted(CALL),
    },
    {"apiGroups": [""], "resources": ["pods/eviction"], "verbs": ["create"]},
    {
        "apiGroups": [""],
        "resources": ["serviceaccounts"],
        "verbs": ["impersonate", *sorted(CHANGE)],
    },
    {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
    {
        "apiGroups": ["apps"],
        "resources": [
            *("deployments", "statefulsets", "daemonsets", "replicasets"),
            *("deployments/scale", "statefulsets/scale", "replicasets/scale"),
        ],
        "verbs": sorted(CHANGE),
    },
    {
        "apiGroups": ["autoscaling"],
        "resources": ["horizontalpodautoscalers"],
        "verbs": sorted(CHANGE),
    },
    {"apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": sorted(CHANGE)},
    {
        "apiGroups": ["networking.k8s.io"],
        "resources": ["ingresses", "networkpolicies"],
        "verbs": sorted(CHANGE),
    },
)
_ADMIN: tuple[Rule, ...] = (
    {"apiGroups": [RBAC], "resources": ["roles", "rolebindings"], "verbs": sorted(CHANGE)},
)


def _built_in(name: str, *rules: Rule, part_of: str = "", gathers: str = "") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {f"{_TO}{part_of}": "true"} if part_of else {}},
        "rules": list(rules),
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {f"{_TO}{gathers}": "true"}}]}
        if gathers
        else None,
    }


BUILT_IN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        role["metadata"]["name"]: role
        for role in (
            _built_in("cluster-admin", {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}),
            _built_in("admin", gathers="admin"),
            _built_in("edit", part_of="admin", gathers="edit"),
            _built_in("view", part_of="edit", gathers="view"),
            _built_in("system:aggregate-to-admin", *_ADMIN, part_of="admin"),
            _built_in("system:aggregate-to-edit", *_EDIT, part_of="edit"),
            _built_in("system:aggregate-to-view", *_VIEW, part_of="view"),
            _built_in("system:auth-delegator"),
            _built_in("system:basic-user"),
            _built_in("system:discovery"),
            _built_in("system:monitoring"),
            _built_in("system:public-info-viewer"),
            _built_in("system:service-account-issuer-discovery"),
        )
    }
)
"""Roles that every cluster has, as far as they open a way into a namespace."""
_READS_AUTHENTICATION: Mapping[str, Any] = {
    "rules": [
        {
            "apiGroups": [""],
            "resources": ["configmaps"],
            "resourceNames": ["extension-apiserver-authentication"],
            "verbs": ["get", "list", "watch"],
        }
    ]
}
BUILT_IN_PLACE: Mapping[tuple[str, str], Mapping[str, Any]] = MappingProxyType(
    {("kube-system", "extension-apiserver-authentication-reader"): _READS_AUTHENTICATION}
)
"""Likewise, of one namespace: what servers behind the API server's own bind themselves to."""


class Roles:
    """All of them: those of the graph, and those that every cluster has."""

    def __init__(self, objects: Iterable[KubernetesObject]) -> None:
        self._of_cluster: dict[str, Mapping[str, Any]] = dict(BUILT_IN)
        self._of_namespace: dict[tuple[str, str], Mapping[str, Any]] = dict(BUILT_IN_PLACE)
        for item in objects:
            if item.gvk.kind == "ClusterRole":
                self._of_cluster[str(item.name)] = item.manifest
            elif item.gvk.kind == "Role":
                where = str(item.namespace or "default")
                self._of_namespace[where, str(item.name)] = item.manifest

    def rules(self, binding: KubernetesObject) -> list[Any]:
        """What a binding gives."""
        reference = binding.manifest.get("roleRef")
        kind, name = text(reference, "kind"), text(reference, "name")
        where = str(binding.namespace or "default")
        own = kind == "Role"
        role = self._of_namespace.get((where, name)) if own else self._of_cluster.get(name)
        if role is None:
            message = f"what {kind} {name} allows is not in the graph"
            raise SpecError(message)
        return list(self._all(role, frozenset({name})))

    def _all(self, role: Mapping[str, Any], seen: frozenset[str]) -> Iterator[Any]:
        """An aggregated role's own rules are written over by those of the roles that it gathers."""
        gathers = role.get("aggregationRule")
        if gathers is None:
            yield from items(role, "rules")
            return
        chosen = [selector(wanted) for wanted in items(gathers, "clusterRoleSelectors")]
        for name, other in self._of_cluster.items():
            labels = (other.get("metadata") or {}).get("labels") or {}
            if name not in seen and any(one.matches(labels) for one in chosen):
                yield from self._all(other, seen | {name})


def items(value: Any, key: str) -> list[Any]:
    """A list, empty where nothing is said."""
    stated = value.get(key) if isinstance(value, Mapping) else value
    if stated is not None and not isinstance(stated, list | tuple):
        message = f"{key} is not known"
        raise SpecError(message)
    return list(stated or ())


def text(value: Any, key: str) -> str:
    """A text that has to be there."""
    stated = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(stated, str):
        message = f"{key} is not known"
        raise SpecError(message)
    return stated
