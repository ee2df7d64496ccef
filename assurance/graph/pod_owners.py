"""Pods whose owner is a custom resource: what it hands down to them, and who stands in for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pod_kinds import PodKind
from assurance.graph.resource import OBJECT

_POSTGRES = (5432, 8000, 9187)
"""SQL, the instance's state, metrics."""
STANDS_FOR = "ml-platform/stands-for"
"""On a workload of a sandbox: whose pods it stands in for there, as `InferenceService/<name>`."""


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


def without_doubles(objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    """The objects, less those whose pods other ones among them stand in for."""
    found = list(objects)
    doubled = {place for item in found if (place := _stood_for(item)) is not None}
    return [item for item in found if (item.namespace, item.gvk.kind, item.name) not in doubled]


def _stood_for(item: KubernetesObject) -> tuple[Any, str, str] | None:
    """Namespace, kind and name."""
    metadata = item.manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, OBJECT) else None
    said = annotations.get(STANDS_FOR) if isinstance(annotations, OBJECT) else None
    if not isinstance(said, str):
        return None
    kind, _, name = said.partition("/")
    return item.namespace, kind, name
