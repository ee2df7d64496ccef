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
from providers.config.scalars import (
    Bytes,
    Cidr,
    Cpu,
    DnsLabel,
    DnsName,
    Flag,
    LabelKey,
    LabelValue,
    PortNumber,
    Scheme,
    Version,
    Whole,
)
from providers.config.section import MisfitError, Section

Labels = Mapping[LabelKey, LabelValue]


class TaintConfig(Section):
    """A taint that the pool's nodes carry."""

    key: LabelKey
    """What pods have to tolerate."""
    value: LabelValue = ""
    """Its value, if any."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    """What befalls a pod that does not."""


class PoolConfig(Section):
    """Nodes of one shape; what they offer to pods, after the system's own share."""

    cpu: Cpu
    """Cores of one node."""
    memory: Bytes
    """Bytes of one node."""
    pods: Whole = Field(default=110, ge=1)
    """Pods that one node takes."""
    gpu: Whole = Field(default=0, ge=0)
    """GPUs of one node."""
    gpu_type: LabelKey = "nvidia.com/gpu"
    """The resource under which pods ask for them."""
    min: Whole = Field(default=1, ge=0)
    """Nodes that are always there."""
    max: Whole | None = Field(default=None, ge=0)
    """At most this many nodes; `min` if left out."""
    zones: tuple[LabelValue, ...] = ()
    """Where its nodes stand."""
    labels: Labels = {}
    """What its nodes carry besides `ml-platform/pool`."""
    taints: tuple[TaintConfig, ...] = ()
    """What keeps other pods away."""
    spot: Flag = False
    """Whether its nodes may be taken away at short notice."""

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.max is not None and self.max < self.min:
            message = f"expected at least min ({self.min}), got {self.max}"
            raise MisfitError(message, "max")
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
    """Where its pods run."""
    labels: Labels = {"k8s-app": "kube-dns"}
    """Which pods they are."""
    addresses: tuple[Cidr, ...] = ()
    """Node-local resolvers."""


class AddressesConfig(Section):
    """The cluster's address plan: what `internet` never means."""

    pods: tuple[Cidr, ...] = Field(min_length=1)
    """Where pods get theirs from."""
    services: tuple[Cidr, ...] = Field(min_length=1)
    """Where Services get theirs from."""
    nodes: tuple[Cidr, ...] = Field(min_length=1)
    """Where the machines are."""
    dns: DnsConfig = DnsConfig()
    """Where names are resolved."""
    api_server: tuple[Cidr, ...] = ()
    """Where pods reach the Kubernetes API, after address translation."""
    metadata: tuple[Cidr, ...] = Field(default=("169.254.169.254/32",), validate_default=True)
    """Where a cloud hands out machine credentials; never reachable for a workload."""

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
    """Where its pods run."""
    labels: Labels = {}
    """Which pods of that namespace; all of them if left out."""
    cidrs: tuple[Cidr, ...] = ()
    """Addresses off the cluster, in place of namespace and labels."""
    ports: tuple[PortNumber, ...] = Field(min_length=1)
    """Where it listens."""
    protocol: Protocol = Protocol.TCP
    """The transport protocol of all its ports."""
    host: DnsName | None = None
    """The name under which clients reach it."""
    scheme: Scheme = "http"
    """What its URLs begin with."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.namespace is None) == (not self.cidrs):
            got = "both" if self.cidrs else "neither"
            message = f"expected either namespace (and labels) or cidrs, got {got}"
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
            scheme=self.scheme,
        )


class ExistingConfig(Section):
    """A cluster that exists. What a cloud would tell us, the stack file states.

    Its kubeconfig is the secret `ml-platform:kubeconfig`, else the file that `$KUBECONFIG` names.
    """

    provider: Literal["existing"]
    """Who makes the cluster: nobody, it exists."""
    context: str | None = Field(default=None, min_length=1)
    """The kubeconfig's context; its current one if left out."""
    simulated: Flag = False
    """`mlp up` starts a local control plane with simulated nodes for this stack."""
    version: Version = "1.35"
    """Kubernetes' major and minor version."""
    pools: Mapping[DnsLabel, PoolConfig] = Field(min_length=1)
    """The machines there are, by name."""
    storage_class: DnsName | None = None
    """Where claims are provisioned that name no class."""
    addresses: AddressesConfig
    """The cluster's address plan."""
    capabilities: frozenset[Capability] = frozenset()
    """What it can do beyond plain Kubernetes."""
    endpoints: Mapping[DnsLabel, EndpointConfig] = {}
    """What already runs on it, or beside it, and may be needed as `cluster.<name>`."""
