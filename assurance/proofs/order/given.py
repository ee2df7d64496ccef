"""What is on every cluster before anything is deployed: Kubernetes' own objects."""

from assurance.graph.values import DEFAULT_NAMESPACE, SYSTEM_NAMESPACES
from assurance.proofs.order.wants import Key

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

_SYSTEM = "system:"
_NAMED = {
    "ClusterRole": {"admin", "cluster-admin", "edit", "view"},
    "ConfigMap": {"kube-root-ca.crt"},
    "Namespace": {DEFAULT_NAMESPACE, *SYSTEM_NAMESPACES},
    "PriorityClass": {"system-cluster-critical", "system-node-critical"},
    "ServiceAccount": {"default"},
}
"""By kind, in whichever namespace."""


def given(key: Key) -> bool:
    """Whether Kubernetes brings the object along."""
    if key.kind in {"ClusterRole", "Role"} and key.name.startswith(_SYSTEM):
        return key.kind == "ClusterRole" or key.namespace in SYSTEM_NAMESPACES
    if key == Key("", "Service", "default", "kubernetes"):
        return True
    return key.name in _NAMED.get(key.kind, ())
