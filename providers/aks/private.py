"""A service of Azure, answering under an address of the network and nowhere else."""

from dataclasses import dataclass

import pulumi

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
    connection = {
        "name": target.role,
        "privateLinkServiceId": target.id,
        "groupIds": [target.part],
    }
    endpoint = site.make(
        "network:PrivateEndpoint",
        f"{target.role}-endpoint",
        {
            **site.placed,
            "privateEndpointName": name,
            "subnet": {"id": network.endpoints},
            "privateLinkServiceConnections": [connection],
        },
        network.ready,
        *after,
    )
    found = {"name": target.role, "privateDnsZoneId": zone_id(site, target.zone)}
    return site.make(
        "network:PrivateDnsZoneGroup",
        f"{target.role}-names",
        {
            **site.within,
            "privateEndpointName": name,
            "privateDnsZoneGroupName": "default",
            "privateDnsZoneConfigs": [found],
        },
        endpoint,
        zone,
    )


def private_zone(site: Site, network: Network, role: str, zone: str) -> pulumi.Resource:
    """A zone that only the network sees; what returns is its link, which comes last."""
    made = site.make(
        "privatedns:PrivateZone", f"{role}-zone", {**site.everywhere, "privateZoneName": zone}
    )
    return site.make(
        "privatedns:VirtualNetworkLink",
        f"{role}-link",
        {
            **site.everywhere,
            "privateZoneName": zone,
            "virtualNetworkLinkName": site.names.of("network"),
            "virtualNetwork": {"id": network.id},
            "registrationEnabled": False,
        },
        made,
        network.ready,
    )


def zone_id(site: Site, zone: str) -> str:
    """A private zone's id."""
    return site.names.id(_ZONE, zone)
