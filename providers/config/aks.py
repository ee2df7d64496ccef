"""`provider: aks`: a cluster of Azure Kubernetes Service, and what stands around it."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from assurance.graph.values import Addresses
from providers.config.aks_networks import AksNetworksConfig
from providers.config.aks_pools import SYSTEM, AksPoolConfig, PoolName, Zone, nodes_at_most
from providers.config.azure_regions import ZONELESS, Region
from providers.config.endpoints import EndpointConfig
from providers.config.pools import TaintConfig
from providers.config.scalars import Cidr, DnsLabel, DnsName, Flag, Version, text
from providers.config.section import EVERYTHING, MisfitError, Section
from providers.config.support import CALENDARS
from providers.config.zones import AksZoneConfig

_METADATA = (ip_network("169.254.169.254/32"), ip_network("168.63.129.16/32"))
"""The instance metadata service, and the platform's own, which hands out machine credentials."""
IDENTITY_KEY = "identity"
"""The endpoint that every cluster on Azure has."""
_WIDEST = 8
"""A range that is larger is half the internet by another name."""

Uuid = Annotated[
    str,
    *text(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        36,
        "an id in lower case such as 3fa85f64-5717-4562-b3fc-2c963f66afa6",
    ),
]
"""How Azure names subscriptions, tenants and groups."""

_POOLS: Mapping[str, AksPoolConfig] = {
    SYSTEM: AksPoolConfig(
        size="Standard_D4ds_v5",
        min=3,
        max=5,
        taints=(TaintConfig(key="CriticalAddonsOnly", value="true"),),
    ),
    "general": AksPoolConfig(size="Standard_D8ds_v5", min=3, max=12),
}


class AksConfig(Section):
    """A cluster of Azure Kubernetes Service in a network and a resource group of its own."""

    brings: ClassVar[frozenset[str]] = EVERYTHING
    """The sections of a platform that it can serve."""
    storage_classes: ClassVar[frozenset[str]] = frozenset(
        {
            *("default", "managed", "managed-csi", "managed-csi-premium", "managed-premium"),
            *("azurefile", "azurefile-csi", "azurefile-csi-premium", "azurefile-premium"),
        }
    )
    """The storage classes that it comes with; empty: only its owner knows."""
    provider: Literal["aks"]
    """Who makes the cluster: Azure."""
    subscription: Uuid
    """The subscription that pays."""
    tenant: Uuid
    """The Entra tenant whose groups and identities are known."""
    region: Region
    """Azure's name of the location."""
    zones: tuple[Zone, ...] = ("1", "2", "3")
    """The availability zones; none, `[]`, in a region that has none."""
    version: Version = "1.35"
    """Kubernetes' major and minor version; Azure brings patches by itself."""
    networks: AksNetworksConfig = AksNetworksConfig()
    """The address plan."""
    public_from: tuple[Cidr, ...] = Field(default=(), max_length=200)
    """From where the Kubernetes API and the registry answer on the internet; nowhere if left out,
    and only the cluster's network reaches them."""
    admins: tuple[Uuid, ...] = Field(min_length=1)
    """The Entra groups whose members may do everything on the cluster; who deploys is one."""
    login: Literal["azurecli", "workloadidentity", "msi"] = "azurecli"
    """How kubelogin finds out who somebody is."""
    pools: Mapping[PoolName, AksPoolConfig] = Field(default=_POOLS, min_length=1)
    """The machines, by name; `system` carries the cluster's own pods and is always there."""
    storage_class: DnsName = "managed-csi-premium"
    """Where claims are provisioned that name no class."""
    zone: AksZoneConfig | None = None
    """The public domain: its zone."""
    protected: Flag = True
    """Whether what holds data is locked against deletion, here and in Azure."""
    endpoints: Mapping[DnsLabel, EndpointConfig] = {}
    """What runs beside the cluster and may be needed as `cluster.<name>`."""

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        CALENDARS["aks"].keep_known(self.version)
        self._keep_zones()
        for position, network in enumerate(self.public_from):
            if network.version != 4 or network.prefixlen < _WIDEST:  # noqa: PLR2004 - IPv4
                message = f"expected ranges of IPv4, /{_WIDEST} or smaller, got {network}"
                raise MisfitError(message, "public_from", position)
        if IDENTITY_KEY in self.endpoints:
            message = (
                f"expected another name, got {IDENTITY_KEY}: that is where pods log in to Azure"
            )
            raise MisfitError(message, "endpoints", IDENTITY_KEY)
        self._keep_system()
        self.networks.keep_room(nodes_at_most(self.pools.values()))
        return self

    def _keep_zones(self) -> None:
        if len(set(self.zones)) < len(self.zones):
            message = f"expected each zone once, got {', '.join(self.zones)}"
            raise MisfitError(message, "zones")
        pools = {name: pool.zones for name, pool in self.pools.items() if pool.zones is not None}
        stated = {("zones",): self.zones} | {("pools", n, "zones"): z for n, z in pools.items()}
        for at, zones in stated.items():
            if zones and self.region in ZONELESS:
                message = (
                    f"expected zones: [] in {self.region}, which has none, got {', '.join(zones)}"
                )
                known = at != ("zones",) or "zones" in self.model_fields_set
                raise MisfitError(message, *(at if known else ("region",)))
            if other := set(zones) - set(self.zones):
                message = f"expected zones of the cluster, got {', '.join(sorted(other))}"
                raise MisfitError(message, *at)

    def _keep_system(self) -> None:
        system = self.pools.get(SYSTEM)
        if system is None:
            message = f"expected a pool {SYSTEM}, got {', '.join(self.pools)}"
            raise MisfitError(message, "pools")
        if system.spot:
            message = "expected machines that stay for the cluster's own pods, got spot"
            raise MisfitError(message, "pools", SYSTEM, "spot")
        if system.min < 1:
            message = f"expected at least 1 for the cluster's own pods, got {system.min}"
            raise MisfitError(message, "pools", SYSTEM, "min")

    def pool_zones(self, pool: AksPoolConfig) -> tuple[str, ...]:
        """Where a pool's machines stand."""
        return self.zones if pool.zones is None else pool.zones

    def address_plan(self) -> Addresses:
        """The networks as a value; the API server has a subnet of its own."""
        subnets = self.networks.subnets()
        return Addresses(
            pods=(self.networks.pods,),
            services=(self.networks.services,),
            nodes=(subnets.nodes,),
            api_server=(subnets.api,),
            metadata=_METADATA,
        )
