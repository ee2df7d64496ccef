"""What already runs on a cluster."""

from typing import Self

from pydantic import Field, model_validator

from assurance.graph.values import Endpoint, Port, Protocol
from providers.config.pools import Labels
from providers.config.scalars import Cidr, DnsLabel, DnsName, PortNumber, Scheme
from providers.config.section import Section


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
