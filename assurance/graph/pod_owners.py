"""Pods whose owner is a custom resource: what it hands down to them."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pod_kinds import PodKind

_POSTGRES = (5432, 8000, 9187)
"""SQL, the instance's state, metrics."""


def handed_down(
    owner: KubernetesObject, kind: PodKind, labels: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Labels of pods whose spec stands without metadata: the owner's, its part's, its controller's.

    The later ones win, as they do with KServe.
    """
    given = {key: text.format(name=owner.name) for key, text in kind.labels.items()}
    return {key: value for each in (*labels, given) for key, value in each.items()}


def made_by_operator(container: str, stated: Mapping[str, Any]) -> Mapping[str, Any]:
    """The pods of CloudNativePG's instances, as restricted as can be.

    Their account is made with them, and may do nothing outside what belongs to the instances.
    """
    closed = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    running = {
        "name": container,
        "image": stated.get("imageName"),
        "resources": stated.get("resources") or {},
        "securityContext": closed,
        "ports": [{"containerPort": port} for port in _POSTGRES],
    }
    return {
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 26,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [running],
        **({"priorityClassName": first} if (first := stated.get("priorityClassName")) else {}),
    }
