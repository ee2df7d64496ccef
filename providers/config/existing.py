"""`provider: existing`: a cluster that somebody else made, described by the stack file."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from assurance.graph.values import Addresses, Capability
from providers.config.addresses import AddressesConfig
from providers.config.endpoints import EndpointConfig
from providers.config.pools import PoolConfig
from providers.config.scalars import DnsLabel, DnsName, Flag, Version
from providers.config.section import Section
from providers.config.zones import ZoneConfig


class ExistingConfig(Section):
    """A cluster that exists. What a cloud would tell us, the stack file states.

    Its kubeconfig is the secret `ml-platform:kubeconfig`, else the file that `$KUBECONFIG` names.
    """

    brings: ClassVar[frozenset[str]] = frozenset()
    """The sections of a platform that it can serve: none."""
    zone: ClassVar[ZoneConfig | None] = None
    """No cloud answers for a public domain here."""
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

    @property
    def storage_classes(self) -> frozenset[str]:
        """A sandbox has the one that it is asked for; of others only their owners know."""
        stated = self.storage_class if self.simulated else None
        return frozenset() if stated is None else frozenset({stated})

    def address_plan(self) -> Addresses:
        """What the stack file states of addresses, as a value."""
        return self.addresses.addresses()
