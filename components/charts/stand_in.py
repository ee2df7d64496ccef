"""What is expected of a chart: mostly facts that our own values set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assurance.graph.values import Protocol
from components.manifests.keys import Manifest


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """What a container asks for, and the most that it gets."""

    cpu: str
    memory: str
    cpu_limit: str | None = None
    memory_limit: str | None = None
    """Twice of nothing: the request itself if left out, so that memory is never promised twice."""

    def resources(self) -> dict[str, dict[str, str]]:
        """As a chart's values and a container spell it."""
        limits = {"memory": self.memory_limit or self.memory}
        if self.cpu_limit is not None:
            limits = {"cpu": self.cpu_limit, **limits}
        return {"requests": {"cpu": self.cpu, "memory": self.memory}, "limits": limits}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedContainer:
    """One container of a workload."""

    name: str
    image: str
    size: Size
    ports: tuple[int, ...] = ()
    udp: tuple[int, ...] = ()
    init: bool = False

    def port_protocols(self) -> tuple[tuple[int, Protocol], ...]:
        """Every port it listens on."""
        tcp = ((port, Protocol.TCP) for port in self.ports)
        return (*tcp, *((port, Protocol.UDP) for port in self.udp))


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedWorkload:
    """Pods that a chart makes."""

    kind: Literal["Deployment", "StatefulSet", "DaemonSet"]
    name: str
    labels: Mapping[str, str]
    """What tells its pods from all others in the namespace."""
    containers: tuple[ExpectedContainer, ...]
    replicas: int = 1
    account: str = "default"
    token: bool = False
    """The pods hold the ServiceAccount's token, so they may speak to the Kubernetes API."""
    user: int | None = None
    """The user that the pods run as; None: the image's own, which is not root."""
    priority: str | None = None
    of_node: bool = False
    """On the node's own network, and on every node whatever its taints."""
    nodes: Mapping[str, str] = field(default_factory=dict)
    """Only on nodes with these labels, whatever their taints; empty: on any, with their leave."""
    made_of: str | None = None
    """No object of the chart's: its operator makes it of this custom resource, `Prometheus/kps`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedService:
    """A Service that a chart makes, and which workload of it answers."""

    name: str
    workload: str
    ports: Mapping[int, int]
    """The pods' port by the Service's."""
    node_ports: Mapping[int, int] = field(default_factory=dict)
    """Where it answers on every node, by the Service's port."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StandIn:
    """What stands in for a chart's rendering where there is none."""

    workloads: tuple[ExpectedWorkload, ...] = ()
    services: tuple[ExpectedService, ...] = ()
    definitions: tuple[str, ...] = ()
    """The custom resources that it brings: `certificates.cert-manager.io`."""
    looks_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Custom resources that a workload acts upon, and undoes when they go; by its name."""
    cluster_roles: tuple[str, ...] = field(default=())
    """ClusterRoles that others may have to know."""
    named: tuple[Manifest, ...] = ()
    """Custom resources of the cluster that others name: a GatewayClass, with what they rely on."""
