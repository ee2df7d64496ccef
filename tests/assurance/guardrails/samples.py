"""One good object of each kind that guardrails look at."""

from typing import Any

Manifest = dict[str, Any]


DIGEST = "sha256:" + "ab" * 32


TEAM = "ml-platform/team"


WORKLOADS = {
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicationController": "v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}


def container(name: str, port: int) -> Manifest:
    return {
        "name": name,
        "image": f"registry.example.com/team/{name}:1.2@{DIGEST}",
        "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}},
        "ports": [{"containerPort": port}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def pod() -> Manifest:
    """A pod that every guardrail accepts."""
    return {
        "metadata": {"labels": {"app": "probe", TEAM: "probe"}, "annotations": {}},
        "spec": {
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "initContainers": [container("init", 8080)],
            "containers": [container("main", 8081), container("side", 8082)],
            "volumes": [{"name": "work", "emptyDir": {}}],
        },
    }


def wrapped(kind: str, template: Manifest) -> Manifest:
    """An object of a kind, with a pod's template in its place."""
    if kind == "Pod":
        metadata = {**template["metadata"], "name": "probe"}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    spec: Manifest = {"template": template}
    if kind in {"Job", "CronJob"}:
        template["spec"]["restartPolicy"] = "Never"
    elif kind == "ReplicationController":
        spec["selector"] = {"app": "probe"}
    else:
        spec["selector"] = {"matchLabels": {"app": "probe"}}
    if kind == "StatefulSet":
        spec["serviceName"] = "probe"
    if kind == "CronJob":
        spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": spec}}
    api = WORKLOADS[kind]
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "probe"}, "spec": spec}


def service() -> Manifest:
    spec = {"selector": {"app": "a"}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "probe"}, "spec": spec}


def network_policy() -> Manifest:
    spec: Manifest = {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
        "egress": [{"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"port": 443}]}],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "probe"},
        "spec": spec,
    }


def budget() -> Manifest:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "probe"},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "a"}}},
    }


def secret() -> Manifest:
    metadata: Manifest = {
        "name": "probe",
        "annotations": {"kubernetes.io/service-account.name": "worker"},
    }
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}


def account() -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "probe"},
        "automountServiceAccountToken": False,
    }


RBAC = "rbac.authorization.k8s.io"


def role(kind: str) -> Manifest:
    rule = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": {"name": "guardrails-probe"},
        "rules": [rule, {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}],
    }


def binding(kind: str) -> Manifest:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": {"name": "guardrails-probe"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": "fraud"}],
    }


def namespace() -> Manifest:
    labels = {TEAM: "guardrails-probe", "pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": "guardrails-probe", "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


LABELS = ("metadata", "labels")
