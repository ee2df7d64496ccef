"""The public DNS zone of a domain, and the roles of our own that let somebody write into it."""

import json
from dataclasses import dataclass
from ipaddress import ip_network

import pulumi

from assurance.graph.values import Endpoint, Port
from providers.aks.names import Names
from providers.aks.site import Site
from providers.config import AksConfig
from providers.contract import Zone, ZoneWriter

_ZONES = "Microsoft.Network/dnsZones"
_VERBS = ("read", "write", "delete")
_HTTPS = 443


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneRole:
    """One that Azure lacks: its own for zones may delete the zone as well."""

    name: str
    given: str
    """The kind of grant."""
    about: str
    actions: tuple[str, ...]
    on_group: bool = False
    """On the zone's resource group, as zones are looked for there; else on the zone itself."""

    def scope(self, names: Names, zone: str) -> str:
        """Where it is given."""
        return names.group_id(names.zones[zone]) if self.on_group else names.zone_id(zone)


def _of(*types: str) -> tuple[str, ...]:
    return tuple(f"{_ZONES}/{type_}/{verb}" for type_ in types for verb in _VERBS)


ZONE_ROLES = (
    ZoneRole(
        name="zone-challenger",
        given="challenges",
        about="Reads, writes and deletes texts of a DNS zone, and nothing else of it.",
        actions=_of("TXT"),
    ),
    ZoneRole(
        name="zone-writer",
        given="records",
        about="Reads a DNS zone's records; writes and deletes addresses, aliases and texts.",
        actions=(f"{_ZONES}/*/read", *_of("A", "AAAA", "CNAME", "TXT")),
    ),
    ZoneRole(
        name="zone-finder",
        given="records",
        about="Sees which DNS zones a resource group has.",
        actions=(f"{_ZONES}/read",),
        on_group=True,
    ),
)


def zone_groups(config: AksConfig, own: str) -> dict[str, str]:
    """The resource group of the zone by its name; `own`: the cluster's."""
    return {} if config.zone is None else {config.zone.name: config.zone.resource_group or own}


def made_zone(site: Site) -> tuple[pulumi.Resource, ...]:
    """A zone, if the stack has one that is not there yet; its name servers are Azure's choice."""
    zone = site.config.zone
    if zone is None or zone.resource_group is not None:
        return ()
    properties = {**site.everywhere, "zoneName": zone.name, "zoneType": "Public"}
    return (site.make("dns:Zone", "domain", properties, protect=True),)


def public_zone(site: Site) -> tuple[Zone | None, tuple[pulumi.Resource, ...]]:
    """The zone, and what has to be there before anybody is let into it."""
    if site.config.zone is None:
        return None, ()
    name, names = site.config.zone.name, site.names
    group = names.zones[name]
    where = {"subscriptionID": names.subscription, "resourceGroupName": group}
    cloud = "AzurePublicCloud"
    settings = {
        "cloud": cloud,
        "tenantId": site.config.tenant,
        "subscriptionId": names.subscription,
        "resourceGroup": group,
        "useWorkloadIdentityExtension": True,
    }
    zone = Zone(
        name=name,
        id=names.zone_id(name),
        endpoint=Endpoint(
            name="platform.zone",
            cidrs=(ip_network("0.0.0.0/0"),),
            ports=(Port(number=_HTTPS),),
            host="management.azure.com",
            scheme="https",
            managed=False,
        ),
        solver={"azureDNS": {**where, "hostedZoneName": name, "environment": cloud}},
        writer=ZoneWriter(
            cloud="azure", settings={"azure.json": json.dumps(settings, sort_keys=True)}
        ),
    )
    return zone, tuple(_role(site, role, names.group_id(group)) for role in ZONE_ROLES)


def _role(site: Site, role: ZoneRole, scope: str) -> pulumi.Resource:
    return site.make(
        "authorization:RoleDefinition",
        role.name,
        {
            "roleDefinitionId": site.names.guid(role.name),
            "roleName": f"{role.name.replace('-', ' ').capitalize()} of {site.names.group}",
            "roleType": "CustomRole",
            "description": role.about,
            "scope": scope,
            "assignableScopes": [scope],
            "permissions": [{"actions": list(role.actions)}],
        },
    )
