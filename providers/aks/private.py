"""A service of Azure, answering under an address of the network and nowhere else."""

from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from providers.aks.network import Network
from providers.aks.site import Site

_ZONE = "Microsoft.Network/privateDnsZones"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What is to be reached privately."""

    role: str
    id: str
    part: str
    """What Azure calls the part of the service that answers."""
    zone: str
    """The private zone in which its public name is found again."""


def private_endpoint(
    site: Site, network: Network, target: Target, *after: pulumi.Resource
) -> pulumi.Resource:
    """An address in the subnet for endpoints, and the name that leads there."""
    name = site.names.of(target.role)
    zone = private_zone(site, network, target.role, target.zone)
    endpoint = azure.network.PrivateEndpoint(
        f"{site.name}-{target.role}-endpoint",
        **site.placed,
        private_endpoint_name=name,
        subnet=azure.network.SubnetArgs(id=network.endpoints),
        private_link_service_connections=[
            azure.network.PrivateLinkServiceConnectionArgs(
                name=target.role, private_link_service_id=target.id, group_ids=[target.part]
            )
        ],
        opts=site.options(network.ready, *after),
    )
    names: pulumi.Resource = azure.network.PrivateDnsZoneGroup(
        f"{site.name}-{target.role}-names",
        **site.within,
        private_endpoint_name=name,
        private_dns_zone_group_name="default",
        private_dns_zone_configs=[
            azure.network.PrivateDnsZoneConfigArgs(
                name=target.role, private_dns_zone_id=zone_id(site, target.zone)
            )
        ],
        opts=site.options(endpoint, zone),
    )
    return names


def private_zone(site: Site, network: Network, role: str, zone: str) -> pulumi.Resource:
    """A zone that only the network sees; what returns is its link, which comes last."""
    made = azure.privatedns.PrivateZone(
        f"{site.name}-{role}-zone", **site.everywhere, private_zone_name=zone, opts=site.options()
    )
    link: pulumi.Resource = azure.privatedns.VirtualNetworkLink(
        f"{site.name}-{role}-link",
        **site.everywhere,
        private_zone_name=zone,
        virtual_network_link_name=site.names.of("network"),
        virtual_network=azure.privatedns.SubResourceArgs(id=network.id),
        registration_enabled=False,
        opts=site.options(made, network.ready),
    )
    return link


def zone_id(site: Site, zone: str) -> str:
    """A private zone's id."""
    return site.names.id(_ZONE, zone)
