"""Which of a cluster's objects are judged: what controllers have made is judged as its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pod_kinds import KINDS
from assurance.graph.pods import PodTemplate, pod_templates
from assurance.graph.readers.live_api import Served
from assurance.graph.resource import Resource

_ADDED = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)
"""Labels that Kubernetes' own controllers add to the pods that they start."""
_OF_CONTAINERS = ("args", "command", "env", "image", "name", "ports", "securityContext")
_OF_PODS = ("hostIPC", "hostNetwork", "hostPID", "runtimeClassName", "securityContext")
_OVER = {"Succeeded", "Failed"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One object, as the cluster holds it."""

    kind: Served
    manifest: Mapping[str, Any]

    @property
    def uid(self) -> str | None:
        """None for what was read by its name alone."""
        uid: str | None = self.manifest["metadata"].get("uid")
        return uid

    @property
    def controller(self) -> str | None:
        """The uid of what controls it."""
        owners = self.manifest["metadata"].get("ownerReferences") or ()
        return next((str(owner["uid"]) for owner in owners if owner.get("controller")), None)

    def templates(self) -> Sequence[PodTemplate]:
        """The pods that it brings about."""
        resource = Resource(
            urn="", type="", name="", parent=None, provider=None, inputs=self.manifest
        )
        metadata = self.manifest["metadata"]
        read = KubernetesObject(
            gvk=self.kind.gvk,
            namespace=metadata.get("namespace"),
            name=metadata["name"],
            manifest=self.manifest,
            resource=resource,
        )
        return tuple(pod_templates([read]))


def judged(items: Sequence[Item]) -> list[Item]:
    """Without pods that are over, without copies of a template, without makers of what is there."""
    by_uid = {item.uid: item for item in items if item.uid is not None}
    makers = {item.controller for item in items if _starts_pods(item)}
    return [
        item
        for item in items
        if not _is_over(item)
        and not _is_described(item, by_uid)
        and not (_is_custom(item) and item.uid in makers and item.templates())
    ]


def _starts_pods(item: Item) -> bool:
    return bool(KINDS.get((item.kind.gvk.group, item.kind.gvk.kind)))


def _is_custom(item: Item) -> bool:
    """What its controller makes of it, nobody knows: that is judged, and not the wish."""
    group = item.kind.gvk.group
    return "." in group and not group.endswith(".k8s.io")


def _is_over(item: Item) -> bool:
    phase = (item.manifest.get("status") or {}).get("phase")
    return (item.kind.gvk.group, item.kind.gvk.kind) == ("", "Pod") and phase in _OVER


def _is_described(item: Item, by_uid: Mapping[str, Item]) -> bool:
    """Whether its source shows the same; what only says that it is somebody's does not hide."""
    source = _source(item, by_uid) if _starts_pods(item) else ()
    if not source:
        return False
    spec = item.manifest.get("spec") or {}
    if spec.get("replicas") == 0 and not (item.manifest.get("status") or {}).get("replicas"):
        return True
    shown = [_seen(template) for template in source]
    return all(_seen(template) in shown for template in item.templates())


def _source(item: Item, by_uid: Mapping[str, Item]) -> Sequence[PodTemplate]:
    """The templates of the uppermost of Kubernetes' own owners; none where owners go round."""
    passed = {item.uid}
    owner = by_uid.get(item.controller or "")
    found: Sequence[PodTemplate] = ()
    while owner is not None and not _is_custom(owner):
        if owner.uid in passed:
            return ()
        passed.add(owner.uid)
        found = owner.templates() or found
        owner = by_uid.get(owner.controller or "")
    return found


def _seen(template: PodTemplate) -> Any:
    """What a proof could tell one pod from another by; not what the cluster adds on the way."""
    labels = {key: value for key, value in template.labels.items() if key not in _ADDED}
    spec = template.spec
    volumes = [v for v in spec.get("volumes") or () if not _is_token(v)]
    containers = [
        [{key: one.get(key) for key in _OF_CONTAINERS} for one in spec.get(kind) or ()]
        for kind in ("containers", "initContainers")
    ]
    return labels, containers, volumes, [spec.get(key) for key in _OF_PODS]


def _is_token(volume: Mapping[str, Any]) -> bool:
    return str(volume.get("name", "")).startswith("kube-api-access-") and "projected" in volume
