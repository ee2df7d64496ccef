"""How a workload's pods are reached."""

from components.manifests import Manifest
from components.tenancy.labels import selector
from components.tenancy.workloads.containers import port_name
from components.tenancy.workloads.section import ServiceConfig


def service(name: str, config: ServiceConfig) -> Manifest | None:
    """One address for all pods, inside the cluster; None for a workload that listens nowhere."""
    if not config.ports:
        return None
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"type": "ClusterIP", "selector": selector(name), "ports": _ports(config)},
    }


def headless_service(name: str, config: ServiceConfig) -> Manifest:
    """A DNS name for each pod of a StatefulSet, ready or not, so that its peers can meet."""
    ports = _ports(config)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": f"{name}-headless"},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": selector(name),
            **({"ports": ports} if ports else {}),
        },
    }


def _ports(config: ServiceConfig) -> list[Manifest]:
    """The container's ports under the same numbers: policies and clients speak of one number."""
    return [
        {
            "name": port_name(port),
            "port": port.port,
            "targetPort": port.port,
            "protocol": port.protocol.value,
        }
        for port in config.ports
    ]
