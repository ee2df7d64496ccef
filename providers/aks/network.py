"""The network: its subnets, and one way out."""

from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_azure_native as azure

from providers.aks.site import Site

NETWORK = "Microsoft.Network/virtualNetworks"
_SUBNET = f"{NETWORK}/subnets"
_GATEWAY = "Microsoft.Network/natGateways"
_ADDRESS = "Microsoft.Network/publicIPAddresses"
_GUARD = "Microsoft.Network/networkSecurityGroups"


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """What others are attached to."""

    id: str
    nodes: str
    """The subnets' ids."""
    api: str
    database: str
    endpoints: str
    ready: pulumi.Resource
    """Everything of the network comes before this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    role: str
    prefix: IPv4Network
    delegated: str | None = None
    leaves: bool = False
    """Whether it reaches the internet, through the gateway."""
    guarded: bool = False
    """Whether our rules hold; around the nodes AKS writes its own, for each Service."""
    services: tuple[str, ...] = ()
    """Azure's own services that it reaches from within."""


def network(site: Site) -> Network:
    """Make it. Azure takes one change of a network at a time, so the subnets form a queue."""
    names, cut = site.names, site.config.networks.subnets()
    vnet = azure.network.VirtualNetwork(
        f"{site.name}-network",
        **site.placed,
        virtual_network_name=names.of("network"),
        address_space=azure.network.AddressSpaceArgs(
            address_prefixes=[str(site.config.networks.vnet)]
        ),
        opts=site.options(),
    )
    last: pulumi.Resource = vnet
    before = [_gateway(site), _guard(site)]
    for wanted in (
        _Wanted(role="nodes", prefix=cut.nodes, leaves=True),
        _Wanted(role="api", prefix=cut.api, delegated="Microsoft.ContainerService/managedClusters"),
        _Wanted(
            role="database",
            prefix=cut.database,
            delegated="Microsoft.DBforPostgreSQL/flexibleServers",
            guarded=True,
            services=("Microsoft.Storage",),
        ),
        _Wanted(role="endpoints", prefix=cut.endpoints, guarded=True),
    ):
        last = _subnet(site, wanted, last, *before)
    return Network(
        id=names.id(NETWORK, names.of("network")),
        nodes=_id(site, "nodes"),
        api=_id(site, "api"),
        database=_id(site, "database"),
        endpoints=_id(site, "endpoints"),
        ready=last,
    )


def _id(site: Site, role: str) -> str:
    return site.names.id(_SUBNET, site.names.of("network"), role)


def _subnet(site: Site, wanted: _Wanted, *after: pulumi.Resource) -> azure.network.Subnet:
    names = site.names
    gateway = azure.network.SubResourceArgs(id=names.id(_GATEWAY, names.of("nat")))
    guard = azure.network.NetworkSecurityGroupArgs(id=names.id(_GUARD, names.of("guard")))
    delegation = azure.network.DelegationArgs(
        name=wanted.role, service_name=wanted.delegated, type="Microsoft.Network/delegations"
    )
    return azure.network.Subnet(
        f"{site.name}-subnet-{wanted.role}",
        **site.within,
        virtual_network_name=names.of("network"),
        subnet_name=wanted.role,
        address_prefix=str(wanted.prefix),
        default_outbound_access=False,
        delegations=[delegation] if wanted.delegated else None,
        nat_gateway=gateway if wanted.leaves else None,
        network_security_group=guard if wanted.guarded else None,
        service_endpoints=[
            azure.network.ServiceEndpointPropertiesFormatArgs(service=service)
            for service in wanted.services
        ]
        or None,
        private_endpoint_network_policies="Enabled",
        opts=site.options(*after),
    )


def _gateway(site: Site) -> azure.network.NatGateway:
    """Nodes have no public address; all of them leave by this one."""
    names, zones = site.names, list(site.config.zones)
    address = azure.network.PublicIPAddress(
        f"{site.name}-nat-address",
        **site.placed,
        public_ip_address_name=names.of("nat"),
        public_ip_address_version="IPv4",
        public_ip_allocation_method="Static",
        sku=azure.network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
        zones=zones or None,
        opts=site.options(),
    )
    at = azure.network.SubResourceArgs(id=names.id(_ADDRESS, names.of("nat")))
    return azure.network.NatGateway(
        f"{site.name}-nat",
        **site.placed,
        nat_gateway_name=names.of("nat"),
        sku=azure.network.NatGatewaySkuArgs(name="Standard"),
        idle_timeout_in_minutes=10,
        public_ip_addresses=[at],
        opts=site.options(address),
    )


def _guard(site: Site) -> azure.network.NetworkSecurityGroup:
    """Azure's own rules: in from the network itself and from its load balancers, nothing else."""
    names = site.names
    return azure.network.NetworkSecurityGroup(
        f"{site.name}-guard",
        **site.placed,
        network_security_group_name=names.of("guard"),
        opts=site.options(),
    )
