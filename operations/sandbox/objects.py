"""What a sandbox keeps in its own cluster: nodes, and the simulated storage class."""

from typing import Any

from operations.sandbox import nodes
from operations.sandbox.api import Api
from operations.sandbox.control_plane import PROVISIONER
from operations.sandbox.spec import SandboxSpec

_NODES = "/api/v1/nodes"
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def reconcile(api: Api, spec: SandboxSpec) -> bool:
    """Make nodes and storage class what the spec says; whether anything had to change."""
    changed = _reconcile_nodes(api, spec)
    return _reconcile_class(api, spec) or changed


def forget_leases(api: Api) -> None:
    """Drop the heartbeats of a node simulation that has ended, which the next would wait out."""
    api.delete(_LEASES)


def nodes_ready(api: Api) -> tuple[int, int]:
    """How many nodes are ready, and how many there are."""
    items = api.get(_NODES)["items"]
    return sum(map(_is_ready, items)), len(items)


def works(api: Api) -> bool:
    """Whether nodes are ready and pods would be admitted, which takes a ServiceAccount."""
    ready, total = nodes_ready(api)
    if ready < total:
        return False
    accounts = api.get("/api/v1/namespaces/default/serviceaccounts")["items"]
    return any(account["metadata"]["name"] == "default" for account in accounts)


def _reconcile_nodes(api: Api, spec: SandboxSpec) -> bool:
    steps = nodes.plan(spec, nodes.existing(api.get(_NODES)["items"]))
    for name in steps.delete:
        api.delete(f"{_NODES}/{name}")
        _evict(api, name)
    for manifest in steps.create:
        api.create(_NODES, manifest)
    return bool(steps.delete or steps.create)


def _evict(api: Api, node: str) -> None:
    """Delete the pods of a node that is gone; the cluster itself would take most of a minute."""
    pods = api.get(f"/api/v1/pods?fieldSelector=spec.nodeName%3D{node}")["items"]
    for pod in pods:
        metadata = pod["metadata"]
        api.delete(
            f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}",
            gracePeriodSeconds="0",
        )


def _reconcile_class(api: Api, spec: SandboxSpec) -> bool:
    there = {
        item["metadata"]["name"]
        for item in api.get(_CLASSES)["items"]
        if item["provisioner"] == PROVISIONER
    }
    wanted = {spec.storage_class} if spec.storage_class else set()
    for name in there - wanted:
        api.delete(f"{_CLASSES}/{name}")
    for name in wanted - there:
        api.create(_CLASSES, _storage_class(name))
    return there != wanted


def _storage_class(name: str) -> dict[str, Any]:
    """Volumes appear where the pod is scheduled, as those of the clouds do."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": name,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }


def _is_ready(node: dict[str, Any]) -> bool:
    conditions = node["status"].get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
