"""PostgreSQL: a flexible server within the network, one copy of it standing by in another zone."""

from dataclasses import dataclass
from typing import Any

import pulumi

from assurance.graph.values import Endpoint, Port, format_bytes, format_millicores
from providers.aks.locks import lock
from providers.aks.network import Network
from providers.aks.private import private_zone, zone_id
from providers.aks.site import Site
from providers.aks.vault import Vault
from providers.contract import Database, DatabaseRequest
from providers.credential import Credential

_SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
_PORT = 5432
_GI = 2**30
_ADMINISTRATOR = "platform"
_SETTINGS = {
    "require_secure_transport": "ON",
    "ssl_min_protocol_version": "TLSv1.2",
    "log_checkpoints": "on",
    "log_connections": "on",
    "log_disconnections": "on",
}
_STORAGE = (32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)
"""GiB that a server can have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Size:
    name: str
    tier: str
    cpu: int
    memory: int


_SIZES = (
    *(
        _Size(name=f"Standard_D{n}ds_v5", tier="GeneralPurpose", cpu=n * 1000, memory=4 * n * _GI)
        for n in (2, 4, 8, 16, 32, 48, 64, 96)
    ),
    *(
        _Size(name=f"Standard_E{n}ds_v5", tier="MemoryOptimized", cpu=n * 1000, memory=8 * n * _GI)
        for n in (2, 4, 8, 16, 20, 32, 48, 64)
    ),
)


def database(site: Site, network: Network, vault: Vault, request: DatabaseRequest) -> Database:
    """The server, its copies to read from, and its administrator's password in the vault."""
    names = site.names
    host = f"{names.unique}.postgres.database.azure.com"
    zone = f"{names.unique}.private.postgres.database.azure.com"
    link = private_zone(site, network, "database", zone)
    password = Credential(
        f"{site.name}-database-password", pulumi.ResourceOptions(parent=site.parent)
    )
    secret = vault.keep("database-administrator", password.value)
    common = _common(site, network, zone, request)
    server = site.make(
        "dbforpostgresql:Server",
        "database",
        {
            **common,
            "serverName": names.unique,
            "createMode": "Create",
            "administratorLogin": _ADMINISTRATOR,
            "administratorLoginPassword": password.value,
            "backup": {
                "backupRetentionDays": request.backup_days,
                "geoRedundantBackup": "Disabled",
            },
            "highAvailability": {
                "mode": "ZoneRedundant" if len(site.config.zones) > 1 else "SameZone"
            },
            "maintenanceWindow": {
                "customWindow": "Enabled",
                "dayOfWeek": 0,
                "startHour": 2,
                "startMinute": 0,
            },
        },
        network.ready,
        link,
        protect=True,
    )
    last: pulumi.Resource = server
    for setting, value in _SETTINGS.items():
        last = _setting(site, setting, value, last)
    replicas = [_replica(site, n + 1, common, last) for n in range(request.replicas)]
    lock(site, "database", names.id(_SERVER, names.unique), last, *replicas)
    return Database(
        endpoint=Endpoint(
            name="platform.database",
            ports=(Port(number=_PORT),),
            cidrs=(site.config.networks.subnets().database,),
            host=host,
            managed=False,
            scheme="postgresql",
        ),
        administrator=secret,
    )


def size(request: DatabaseRequest) -> _Size:
    """The smallest that is large enough."""
    enough = [s for s in _SIZES if s.cpu >= request.cpu and s.memory >= request.memory]
    if not enough:
        most = f"at most {_SIZES[-1].name}"
        raise _RefusedError(key="memory", expected=most, got=_amounts(request))
    return min(enough, key=lambda s: (s.memory, s.cpu))


def storage_gib(request: DatabaseRequest) -> int:
    """The smallest disk that is large enough."""
    enough = [gib for gib in _STORAGE if gib * _GI >= request.storage]
    if not enough:
        most = f"at most {_STORAGE[-1]}Gi"
        raise _RefusedError(key="storage", expected=most, got=format_bytes(request.storage))
    return enough[0]


class _RefusedError(pulumi.RunError):
    """Azure has no such server."""

    def __init__(self, *, key: str, expected: str, got: object) -> None:
        super().__init__(f"platform.database.{key}: expected {expected} on Azure, got {got}")


def _amounts(request: DatabaseRequest) -> str:
    return f"{format_millicores(request.cpu)} and {format_bytes(request.memory)}"


def _common(site: Site, network: Network, zone: str, request: DatabaseRequest) -> dict[str, Any]:
    """What a server and its copies have in common."""
    wanted = size(request)
    return {
        **site.placed,
        "version": request.version,
        "sku": {"name": wanted.name, "tier": wanted.tier},
        "storage": {
            "storageSizeGB": storage_gib(request),
            "autoGrow": "Enabled",
            "type": "Premium_LRS",
        },
        "network": {
            "delegatedSubnetResourceId": network.database,
            "privateDnsZoneArmResourceId": zone_id(site, zone),
            "publicNetworkAccess": "Disabled",
        },
        "authConfig": {
            "activeDirectoryAuth": "Enabled",
            "passwordAuth": "Enabled",
            "tenantId": site.config.tenant,
        },
    }


def _setting(site: Site, setting: str, value: str, after: pulumi.Resource) -> pulumi.Resource:
    """One at a time: the server is busy while it takes one up."""
    properties = {
        **site.within,
        "serverName": site.names.unique,
        "configurationName": setting,
        "value": value,
        "source": "user-override",
    }
    return site.make("dbforpostgresql:Configuration", f"database-{setting}", properties, after)


def _replica(
    site: Site, number: int, common: dict[str, Any], after: pulumi.Resource
) -> pulumi.Resource:
    properties = {
        **common,
        "serverName": f"{site.names.unique}-replica-{number}",
        "createMode": "Replica",
        "sourceServerResourceId": site.names.id(_SERVER, site.names.unique),
    }
    return site.make("dbforpostgresql:Server", f"database-replica-{number}", properties, after)
