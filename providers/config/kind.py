"""`provider: kind`: a cluster of containers on this machine."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from assurance.graph.values import Addresses, Pool, Shape, bytes_of, millicores_of
from providers.config.endpoints import EndpointConfig
from providers.config.networks import ipv4, keep_apart
from providers.config.node_images import NODE_IMAGES
from providers.config.pools import Labels, TaintConfig
from providers.config.scalars import (
    Bytes,
    Cidr,
    Cpu,
    DnsLabel,
    DnsName,
    LabelKey,
    NodePortNumber,
    PortNumber,
    Url,
    Version,
    Whole,
)
from providers.config.section import MisfitError, Section
from providers.config.zones import ZoneConfig

_METADATA = ip_network("169.254.169.254/32")
_GPU = "nvidia.com/gpu"


class NodeShapeConfig(Section):
    """What every node of the cluster offers to pods; kind's containers are all of one shape."""

    cpu: Cpu = "2"
    """Cores. More nodes may be promised the same cores: a laptop's cluster is mostly idle."""
    memory: Bytes = "3Gi"
    """Memory, which all nodes together must find on this machine."""
    pods: Whole = Field(default=110, ge=1)
    """Pods that one node takes."""


class WorkersConfig(Section):
    """The worker nodes of one pool."""

    nodes: Whole = Field(default=1, ge=1, le=20)
    """How many."""
    gpu: Whole = Field(default=0, ge=0)
    """GPUs that each node claims to have: pods that ask for one are placed, and none computes."""
    gpu_type: LabelKey = _GPU
    """The resource under which pods ask for them."""
    labels: Labels = {}
    """What its nodes carry besides `ml-platform/pool`."""
    taints: tuple[TaintConfig, ...] = ()
    """What keeps other pods away."""

    def pool(self, name: str, shape: NodeShapeConfig) -> Pool:
        """The same as a value."""
        return Pool(
            name=name,
            shape=Shape(
                cpu=millicores_of(shape.cpu),
                memory=bytes_of(shape.memory),
                pods=shape.pods,
                gpu=self.gpu,
                gpu_type=self.gpu_type if self.gpu else None,
            ),
            min=self.nodes,
            max=self.nodes,
            labels={"ml-platform/pool": name, **self.labels},
            taints=tuple(taint.taint() for taint in self.taints),
        )


_WORKERS: Mapping[str, WorkersConfig] = {
    "platform": WorkersConfig(),
    "data": WorkersConfig(),
    "serving": WorkersConfig(),
    "gpu": WorkersConfig(gpu=2, taints=(TaintConfig(key=_GPU),)),
}


class KindNetworksConfig(Section):
    """The cluster's address plan."""

    pods: Cidr = ip_network("10.244.0.0/16")
    """Where pods get theirs from."""
    services: Cidr = ip_network("10.96.0.0/16")
    """Where Services get theirs from."""
    nodes: Cidr = ip_network("172.18.0.0/16")
    """Docker's network `kind`; made with this range if it does not exist yet."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ranges = {"pods": self.pods, "services": self.services, "nodes": self.nodes}
        keep_apart({key: ipv4(r, key) for key, r in ranges.items()}, self.model_fields_set)
        return self


class KindConfig(Section):
    """A cluster of containers on this machine: one control plane, and the workers of the pools.

    Made by the kind command line; needs Docker.
    """

    brings: ClassVar[frozenset[str]] = frozenset()
    """The sections of a platform that it can serve: none."""
    zone: ClassVar[ZoneConfig | None] = None
    """No cloud answers for a public domain here."""
    storage_classes: ClassVar[frozenset[str]] = frozenset({"standard"})
    """The storage classes that it comes with; empty: only its owner knows."""
    provider: Literal["kind"]
    """Who makes the cluster: kind."""
    version: Version = "1.35"
    """Kubernetes' major and minor version."""
    image: str | None = Field(default=None, min_length=1)
    """A node image of your own, in place of the one that is pinned for the version."""
    node: NodeShapeConfig = NodeShapeConfig()
    """What every node offers."""
    pools: Mapping[DnsLabel, WorkersConfig] = Field(default=_WORKERS, min_length=1)
    """The workers, by what they are for."""
    networks: KindNetworksConfig = KindNetworksConfig()
    """The address plan."""
    api_port: PortNumber = 26443
    """Where the Kubernetes API answers on 127.0.0.1; stated, so that a new cluster keeps it."""
    ports: tuple[NodePortNumber, ...] = (30080, 30443)
    """NodePorts that answer on 127.0.0.1 under the same number."""
    registry: PortNumber | None = None
    """Where a registry for images of your own listens on 127.0.0.1; none if left out."""
    mirrors: Mapping[DnsName, Url] = {}
    """Where nodes pull images from, in place of a registry: its host name, the mirror's URL."""
    storage_class: DnsName = "standard"
    """Where claims are provisioned that name no class."""
    endpoints: Mapping[DnsLabel, EndpointConfig] = {}
    """What runs beside the cluster and may be needed as `cluster.<name>`."""

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        if self.image is None and self.version not in NODE_IMAGES:
            known = " or ".join(NODE_IMAGES)
            message = f"expected {known}, or an image of your own, got {self.version}"
            raise MisfitError(message, "version")
        for number, port in enumerate(self.ports):
            if port in self.ports[:number]:
                message = f"expected each port once, got {port} again"
                raise MisfitError(message, "ports", number)
        for key, taken in (("api_port", self.ports), ("registry", (*self.ports, self.api_port))):
            if getattr(self, key) in taken:
                message = f"expected a port that nothing else has, got {getattr(self, key)}"
                raise MisfitError(message, key)
        return self

    def address_plan(self) -> Addresses:
        """The networks as a value; the API server is a node, behind address translation."""
        networks = self.networks
        return Addresses(
            pods=(networks.pods,),
            services=(networks.services,),
            nodes=(networks.nodes,),
            api_server=(networks.nodes,),
            metadata=(_METADATA,),
        )
