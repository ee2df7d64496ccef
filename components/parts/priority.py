"""Who comes first where room is short: two classes, and the platform's own pods in the first.

Whatever names no class is between the two: teams' workloads. A pod of the platform may drive others
out, as every team stands on it: after a node is lost, certificates, routes and databases come back
before what uses them. A workload of a team takes nobody's place but that of one that said it would
give way, and `batch` never takes any. The proof of capacity need not know: where every pod finds
room in every order of arrival, one that is driven out while a pool still grows arrives once more.
"""

from typing import Any

from assurance.graph.values import BATCH_PRIORITY, PLATFORM_PRIORITY
from components.manifests import Manifest
from components.manifests.keys import gvk_of
from components.manifests.references import TEMPLATES, pod_place

_BY_OPERATOR = {
    ("monitoring.coreos.com", "Alertmanager"): ("spec",),
    ("monitoring.coreos.com", "Prometheus"): ("spec",),
    ("postgresql.cnpg.io", "Cluster"): ("spec",),
}
"""Where custom resources name the class of the pods that an operator makes of them."""


def priority_classes() -> list[Manifest]:
    """Neither is the cluster's default, which may be somebody else's to choose."""
    platform = _class(PLATFORM_PRIORITY, 1_000_000, "The platform itself: every team stands on it.")
    batch = _class(BATCH_PRIORITY, -1_000, "What can wait: it gives way, and never takes a place.")
    return [platform, {**batch, "preemptionPolicy": "Never"}]


def prioritised(manifest: Manifest) -> Manifest:
    """The same; the platform's class for pods that name none."""
    gvk = gvk_of(manifest)
    kind = gvk.group, gvk.kind
    place = pod_place(*kind) if kind in TEMPLATES else _BY_OPERATOR.get(kind)
    return manifest if place is None else _at(manifest, place)


def _at(value: Any, place: tuple[str, ...]) -> Any:
    if not place:
        return {"priorityClassName": PLATFORM_PRIORITY, **value}
    step, *rest = place
    return {**value, step: _at(value[step], tuple(rest))}


def _class(name: str, value: int, description: str) -> Manifest:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "globalDefault": False,
        "description": description,
    }
