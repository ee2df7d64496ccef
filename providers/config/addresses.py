"""The cluster's address plan."""

from pydantic import Field

from assurance.graph.values import Addresses, Dns
from providers.config.pools import Labels
from providers.config.scalars import Cidr, DnsLabel
from providers.config.section import Section


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
