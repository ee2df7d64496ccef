"""The network: its subnets, and one way out."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi

from providers.aks.site import Site

_NETWORK = "Microsoft.Network/virtualNetworks"
_SUBNET = f"{_NETWORK}/subnets"
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
    names = site.names
    last: pulumi.Resource = site.make(
        "network:VirtualNetwork",
        "network",
        {
            **site.placed,
            "virtualNetworkName": names.of("network"),
            "addressSpace": {"addressPrefixes": [str(site.config.networks.vnet)]},
        },
    )
    before = [_gateway(site), _guard(site)]
    for wanted in _subnets(site):
        last = _subnet(site, wanted, last, *before)
    return Network(
        id=names.id(_NETWORK, names.of("network")),
        nodes=_id(site, "nodes"),
        api=_id(site, "api"),
        database=_id(site, "database"),
        endpoints=_id(site, "endpoints"),
        ready=last,
    )


def _id(site: Site, role: str) -> str:
    return site.names.id(_SUBNET, site.names.of("network"), role)


def _subnets(site: Site) -> tuple[_Wanted, ...]:
    cut = site.config.networks.subnets()
    return (
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
    )


def _subnet(site: Site, wanted: _Wanted, *after: pulumi.Resource) -> pulumi.Resource:
    names = site.names
    parts: dict[str, Any] = {}
    if wanted.delegated:
        parts["delegations"] = [{"name": wanted.role, "serviceName": wanted.delegated}]
    if wanted.leaves:
        parts["natGateway"] = {"id": names.id(_GATEWAY, names.of("nat"))}
    if wanted.guarded:
        parts["networkSecurityGroup"] = {"id": names.id(_GUARD, names.of("guard"))}
    if wanted.services:
        parts["serviceEndpoints"] = [{"service": service} for service in wanted.services]
    properties = {
        **site.within,
        "virtualNetworkName": names.of("network"),
        "subnetName": wanted.role,
        "addressPrefix": str(wanted.prefix),
        "defaultOutboundAccess": False,
        "privateEndpointNetworkPolicies": "Enabled",
        **parts,
    }
    return site.make("network:Subnet", f"subnet-{wanted.role}", properties, *after)


def _gateway(site: Site) -> pulumi.Resource:
    """Nodes have no public address; all of them leave by this one."""
    names, zones = site.names, list(site.config.zones)
    address = site.make(
        "network:PublicIPAddress",
        "nat-address",
        {
            **site.placed,
            "publicIpAddressName": names.of("nat"),
            "publicIPAddressVersion": "IPv4",
            "publicIPAllocationMethod": "Static",
            "sku": {"name": "Standard", "tier": "Regional"},
            **({"zones": zones} if zones else {}),
        },
    )
    return site.make(
        "network:NatGateway",
        "nat",
        {
            **site.placed,
            "natGatewayName": names.of("nat"),
            "sku": {"name": "Standard"},
            "idleTimeoutInMinutes": 10,
            "publicIpAddresses": [{"id": names.id(_ADDRESS, names.of("nat"))}],
        },
        address,
    )


def _guard(site: Site) -> pulumi.Resource:
    """Azure's own rules: in from the network itself and from its load balancers, nothing else."""
    return site.make(
        "network:NetworkSecurityGroup",
        "guard",
        {**site.placed, "networkSecurityGroupName": site.names.of("guard")},
    )
