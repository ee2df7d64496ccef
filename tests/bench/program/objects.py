"""Six objects for each of many teams; pure, so that kubectl can be given the same."""

from typing import Any

Manifest = dict[str, Any]
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def manifests(team: str) -> list[Manifest]:
    """A namespace with a quota, closed, in which one workload runs and is served."""
    labels = {"ml-platform/team": team, "ml-platform/workload": "app"}
    return [
        _object("v1", "Namespace", team, None, labels={"ml-platform/team": team, **RESTRICTED}),
        _object(
            "v1", "ResourceQuota", "quota", team, spec={"hard": {"pods": "10", "limits.cpu": "10"}}
        ),
        _object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "default-deny",
            team,
            spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        ),
        {**_object("v1", "ServiceAccount", "app", team), "automountServiceAccountToken": False},
        _object("apps/v1", "Deployment", "app", team, spec=_deployment(labels)),
        _object(
            "v1",
            "Service",
            "app",
            team,
            spec={"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]},
        ),
    ]


def _deployment(labels: dict[str, str]) -> Manifest:
    resources = {"cpu": "100m", "memory": "128Mi"}
    container = {
        "name": "app",
        "image": "registry.example.com/app:1.0.0",
        "ports": [{"containerPort": 8080}],
        "resources": {"requests": resources, "limits": resources},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    return {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                "serviceAccountName": "app",
                "automountServiceAccountToken": False,
                "securityContext": {
                    "runAsNonRoot": True,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [container],
            },
        },
    }


def _object(
    version: str,
    kind: str,
    name: str,
    namespace: str | None,
    *,
    labels: dict[str, str] | None = None,
    spec: Manifest | None = None,
) -> Manifest:
    metadata = {
        "name": name,
        **({"namespace": namespace} if namespace else {}),
        **({"labels": labels} if labels else {}),
    }
    body = {"apiVersion": version, "kind": kind, "metadata": metadata}
    return body if spec is None else {**body, "spec": spec}
