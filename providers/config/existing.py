"""`provider: existing`: a cluster that somebody else made, described by the stack file."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from assurance.graph.values import (
    Addresses,
    Capability,
    Dns,
    Endpoint,
    Pool,
    Port,
    Protocol,
    Shape,
    Taint,
    bytes_of,
    millicores_of,
)
from providers.config.scalars import Cidr, DnsLabel, PortNumber, Quantity
from providers.config.section import Section


class TaintConfig(Section):
    """A taint that the pool's nodes carry."""

    key: str
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"


class PoolConfig(Section):
    """Nodes of one shape; what they offer to pods, after the system's own share."""

    cpu: Quantity
    memory: Quantity
    pods: int = Field(default=110, ge=1)
    gpu: int = Field(default=0, ge=0)
    gpu_type: str = "nvidia.com/gpu"
    min: int = Field(default=1, ge=0)
    max: int | None = Field(default=None, ge=0)
    """At most this many nodes; `min` if left out."""
    zones: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    taints: tuple[TaintConfig, ...] = ()
    spot: bool = False

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.max is not None and self.max < self.min:
            message = f"max ({self.max}) must not be below min ({self.min})"
            raise ValueError(message)
        return self

    def pool(self, name: str) -> Pool:
        """The same as a value."""
        return Pool(
            name=name,
            shape=Shape(
                cpu=millicores_of(self.cpu),
                memory=bytes_of(self.memory),
                pods=self.pods,
                gpu=self.gpu,
                gpu_type=self.gpu_type if self.gpu else None,
            ),
            min=self.min,
            max=self.min if self.max is None else self.max,
            zones=self.zones,
            labels={"ml-platform/pool": name, **self.labels},
            taints=tuple(Taint(key=t.key, value=t.value, effect=t.effect) for t in self.taints),
            spot=self.spot,
        )


class DnsConfig(Section):
    """Where names are resolved."""

    namespace: DnsLabel = "kube-system"
    labels: Mapping[str, str] = {"k8s-app": "kube-dns"}
    addresses: tuple[Cidr, ...] = ()
    """Node-local resolvers."""


class AddressesConfig(Section):
    """The cluster's address plan: what `internet` never means."""

    pods: tuple[Cidr, ...]
    services: tuple[Cidr, ...]
    nodes: tuple[Cidr, ...]
    dns: DnsConfig = DnsConfig()
    api_server: tuple[Cidr, ...] = ()
    """Where pods reach the Kubernetes API, after address translation."""
    metadata: tuple[Cidr, ...] = Field(default=("169.254.169.254/32",), validate_default=True)

    def addresses(self) -> Addresses:
        """The same as a value."""
        return Addresses(
            pods=self.pods,
            services=self.services,
            nodes=self.nodes,
            dns=Dns(
                namespace=self.dns.namespace, labels=self.dns.labels, addresses=self.dns.addresses
            ),
            api_server=self.api_server,
            metadata=self.metadata,
        )


class EndpointConfig(Section):
    """Something that already runs on the cluster, or outside it, and may be needed."""

    namespace: DnsLabel | None = None
    labels: Mapping[str, str] = {}
    cidrs: tuple[Cidr, ...] = ()
    """Addresses off the cluster, in place of namespace and labels."""
    ports: tuple[PortNumber, ...] = Field(min_length=1)
    protocol: Protocol = Protocol.TCP
    host: str | None = None
    """The name under which clients reach it."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.namespace is None) == (not self.cidrs):
            message = "expected either namespace (and labels) or cidrs"
            raise ValueError(message)
        return self

    def endpoint(self, name: str) -> Endpoint:
        """The same as a value, under `cluster.<name>`."""
        return Endpoint(
            name=f"cluster.{name}",
            namespace=self.namespace,
            labels=self.labels,
            cidrs=self.cidrs,
            ports=tuple(Port(number=port, protocol=self.protocol) for port in self.ports),
            host=self.host,
            managed=False,
        )


class ExistingConfig(Section):
    """A cluster that exists. What a cloud would tell us, the stack file states.

    Its kubeconfig is the secret `ml-platform:kubeconfig`, or else the file that `$KUBECONFIG` names.
    """

    provider: Literal["existing"]
    context: str | None = None
    """The kubeconfig's context; its current one if left out."""
    simulated: bool = False
    """`mlp up` starts a local control plane with simulated nodes for this stack."""
    version: str = Field(default="1.35", pattern=r"^1\.[0-9]{2}$")
    pools: Mapping[DnsLabel, PoolConfig] = Field(min_length=1)
    storage_class: str | None = None
    addresses: AddressesConfig
    capabilities: frozenset[Capability] = frozenset()
    endpoints: Mapping[DnsLabel, EndpointConfig] = {}
