"""Small objects for end-to-end tests, spelled as in the Kubernetes documentation."""

from collections.abc import Mapping
from typing import Any

Manifest = dict[str, Any]

_CONFINED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def namespace(name: str, pod_security: str = "restricted") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": {"pod-security.kubernetes.io/enforce": pod_security},
        },
    }


def pod_spec(requests: Mapping[str, str] | None = None, **more: Any) -> Manifest:
    """What the restricted Pod Security level admits."""
    resources = dict(requests or {"cpu": "10m", "memory": "16Mi"})
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "main",
                "image": "registry.example.com/main:1.0.0",
                "resources": {"requests": resources, "limits": resources},
                "securityContext": _CONFINED,
            }
        ],
        **more,
    }


def pod(space: str, name: str, requests: Mapping[str, str] | None = None, **more: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": space, "labels": {"app": name}},
        "spec": pod_spec(requests, **more),
    }


def workload(kind: str, space: str, name: str, **spec: Any) -> Manifest:
    """A Deployment or StatefulSet of one replica, unless `spec` says otherwise."""
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": space},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod_spec()},
            **spec,
        },
    }


def job(space: str, name: str, completions: int) -> Manifest:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": space},
        "spec": {
            "completions": completions,
            "parallelism": completions,
            "template": {"spec": pod_spec(restartPolicy="Never")},
        },
    }


def service(space: str, name: str, app: str, kind: str = "ClusterIP") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": {"type": kind, "selector": {"app": app}, "ports": [{"port": 80}]},
    }


def quota(space: str, hard: Mapping[str, str]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "quota", "namespace": space},
        "spec": {"hard": dict(hard)},
    }
