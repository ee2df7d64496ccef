"""What the API server asks of a workload beyond its schema: that its parts name each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.manifests.keys import Manifest, ObjectKey
from components.manifests.references import pod_labels, pod_place, selects, template_of
from components.manifests.wording import Path

_SELECTING = frozenset({"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"})


def workload_faults(group: str, kind: str, manifest: Manifest) -> Iterator[tuple[Path, str]]:
    """A selector that is not about the workload's own pods, and mounts of what is not there."""
    template = template_of(ObjectKey(group=group, kind=kind, name=""), manifest)
    if template is None:
        return
    spec = _mapping(manifest.get("spec"))
    if group == "apps" and kind in _SELECTING:
        yield from _selector_faults(spec.get("selector"), pod_labels(template))
    pod = _mapping(template.get("spec"))
    claimed = (_mapping(each.get("metadata")) for each in _items(spec, "volumeClaimTemplates"))
    there = {each.get("name") for each in (*_items(pod, "volumes"), *claimed)}
    for field in ("initContainers", "containers"):
        for number, container in enumerate(_items(pod, field)):
            for index, mount in enumerate(_items(container, "volumeMounts")):
                if mount.get("name") not in there:
                    place = (*pod_place(group, kind), field, number, "volumeMounts", index)
                    yield (*place, "name"), f"the pod has no volume {mount.get('name')}"


def _selector_faults(selector: Any, labels: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    if not any(_mapping(selector).values()):
        yield ("spec", "selector"), "expected labels of the template's pods, got none"
    elif not selects(selector, labels):
        yield ("spec", "selector"), "does not select the pods of its own template"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    return [item for item in value.get(field) or () if isinstance(item, Mapping)]
