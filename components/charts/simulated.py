"""What stands in for a chart: its workloads as they are expected, without what runs in them."""

from collections.abc import Iterable
from typing import Any

from assurance.graph.stand_ins import LOOKS_AFTER
from components.charts.release import Release
from components.charts.stand_in import ExpectedContainer, ExpectedService, ExpectedWorkload, StandIn
from components.manifests import Manifest
from components.manifests.custom import KINDS
from components.manifests.custom.definitions import definition_name, stub_definition
from components.manifests.provenance import ASSUMES

_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
EVERY_TAINT = {"effect": "NoSchedule", "operator": "Exists"}
"""What keeps pods off a node does not keep off those that look after it."""


def stand_in_objects(release: Release) -> list[Manifest]:
    """Accounts, workloads, Services and cluster roles, as the chart is expected to make them."""
    expected, namespace = release.stand_in, release.namespace
    workloads = {each.name: each for each in expected.workloads}
    accounts = sorted({each.account for each in expected.workloads} - {"default"})
    objects = [
        *(_account(name, namespace) for name in accounts),
        *(_cluster_role(name) for name in expected.cluster_roles),
        *(workload_manifest(each, expected, namespace) for each in expected.workloads),
        *(_service(each, workloads[each.workload], namespace) for each in expected.services),
        *expected.named,
    ]
    return [_assumed(each, release.pin.label) for each in objects]


def stand_in_definitions(release: Release) -> list[Manifest]:
    """Of the kinds that the chart defines, those that we write ourselves."""
    return [
        _assumed(stub_definition(gvk, kind), release.pin.label)
        for gvk, kind in KINDS.items()
        if definition_name(gvk) in release.stand_in.definitions
    ]


def _assumed(manifest: Manifest, label: str) -> Manifest:
    """Whoever reads the object is told that it was never seen."""
    annotations = {**manifest["metadata"].get("annotations", {}), ASSUMES: label}
    metadata = {**manifest["metadata"], "annotations": annotations}
    return {**manifest, "metadata": metadata}


def _account(name: str, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace},
        "automountServiceAccountToken": False,
    }


def _cluster_role(name: str) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": [],
    }


def workload_manifest(expected: ExpectedWorkload, whole: StandIn, namespace: str) -> Manifest:
    """The pods that are expected, with nothing that runs in them."""
    spec: dict[str, Any] = {
        "selector": {"matchLabels": dict(expected.labels)},
        "template": {"metadata": {"labels": dict(expected.labels)}, "spec": _pod(expected)},
    }
    if expected.kind != "DaemonSet":
        spec = {"replicas": expected.replicas, **spec}
    if expected.kind == "StatefulSet":
        names = [each.name for each in whole.services if each.workload == expected.name]
        spec = {"serviceName": (names or [expected.name])[0], **spec}
    after = ",".join(whole.looks_after.get(expected.name, ()))
    return {
        "apiVersion": "apps/v1",
        "kind": expected.kind,
        "metadata": {
            "name": expected.name,
            "namespace": namespace,
            "labels": dict(expected.labels),
            **({"annotations": {LOOKS_AFTER: after}} if after else {}),
        },
        "spec": spec,
    }


def _pod(expected: ExpectedWorkload) -> dict[str, Any]:
    user = {} if expected.user is None else {"runAsUser": expected.user}
    pod: dict[str, Any] = {
        "serviceAccountName": expected.account,
        "automountServiceAccountToken": expected.token,
        "securityContext": {
            "runAsNonRoot": True,
            **user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": _containers(expected.containers, init=False),
    }
    if any(each.init for each in expected.containers):
        pod["initContainers"] = _containers(expected.containers, init=True)
    if expected.priority is not None:
        pod["priorityClassName"] = expected.priority
    if expected.of_node:
        pod |= {"hostNetwork": True, "tolerations": [EVERY_TAINT]}
    if expected.nodes:
        pod |= {"nodeSelector": dict(expected.nodes), "tolerations": [EVERY_TAINT]}
    return pod


def _containers(expected: Iterable[ExpectedContainer], *, init: bool) -> list[dict[str, Any]]:
    return [_container(each) for each in expected if each.init is init]


def _container(expected: ExpectedContainer) -> dict[str, Any]:
    ports = [
        {"containerPort": number, "protocol": protocol.value}
        for number, protocol in expected.port_protocols()
    ]
    return {
        "name": expected.name,
        "image": expected.image,
        "resources": expected.size.resources(),
        "securityContext": _RESTRICTED,
        **({"ports": ports} if ports else {}),
    }


def _service(expected: ExpectedService, workload: ExpectedWorkload, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": expected.name, "namespace": namespace},
        "spec": {
            "selector": dict(workload.labels),
            "ports": [_port(expected, port) for port in sorted(expected.ports)],
            **({"type": "NodePort"} if expected.node_ports else {}),
        },
    }


def _port(expected: ExpectedService, port: int) -> dict[str, Any]:
    there = {"name": f"port-{port}", "port": port, "targetPort": expected.ports[port]}
    number = expected.node_ports.get(port)
    return there if number is None else {**there, "nodePort": number}
