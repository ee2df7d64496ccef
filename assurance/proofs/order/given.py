"""What is on every cluster before anything is deployed: Kubernetes' own objects."""

from assurance.graph.values import DEFAULT_NAMESPACE, SYSTEM_NAMESPACES
from assurance.proofs.order.wants import Key
from assurance.proofs.roles import RBAC

_BUILT_IN_GROUPS = frozenset({"", "apps", "autoscaling", "batch", "events.k8s.io", "policy"})
_OWN = {
    "admissionregistration",
    "apiextensions",
    "apiregistration",
    "authentication",
    "authorization",
    "certificates",
    "coordination",
    "discovery",
    "flowcontrol.apiserver",
    "networking",
    "node",
    "rbac.authorization",
    "resource",
    "scheduling",
    "storage",
    "storagemigration",
}
GROUPS = _BUILT_IN_GROUPS | {f"{name}.k8s.io" for name in _OWN}
"""API groups that an API server serves by itself; every other one needs a CRD or an APIService."""

CLUSTER_WIDE = frozenset(
    {
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "node.k8s.io",
        "scheduling.k8s.io",
    }
)
"""API groups none of whose kinds lives in a namespace."""
_SYSTEM = "system:"
_NAMED = {
    "ClusterRole": {"admin", "cluster-admin", "edit", "view"},
    "ConfigMap": {"kube-root-ca.crt"},
    "Namespace": {DEFAULT_NAMESPACE, *SYSTEM_NAMESPACES},
    "PriorityClass": {"system-cluster-critical", "system-node-critical"},
    "ServiceAccount": {"default"},
}
"""By kind, in whichever namespace."""
_ONE = frozenset(
    {
        Key("", "Service", "default", "kubernetes"),
        Key(RBAC, "Role", "kube-system", "extension-apiserver-authentication-reader"),
    }
)


def given(key: Key) -> bool:
    """Whether Kubernetes brings the object along."""
    if key.kind in {"ClusterRole", "Role"}:
        if key.group != RBAC:  # the API server knows no other
            return False
        if key.name.startswith(_SYSTEM):
            return key.kind == "ClusterRole" or key.namespace in SYSTEM_NAMESPACES
    return key in _ONE or key.name in _NAMED.get(key.kind, ())
