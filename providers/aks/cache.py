"""Redis: Azure Managed Redis with a copy that takes over, reached privately."""

import pulumi

from assurance.graph.values import Endpoint, Port, format_bytes
from providers.aks.network import Network
from providers.aks.private import Target, private_endpoint
from providers.aks.site import Site
from providers.aks.vault import Vault
from providers.contract import Cache, CacheRequest

_CLUSTER = "Microsoft.Cache/redisEnterprise"
_ZONE = "privatelink.redis.azure.net"
_PORT = 10000
_GB = 10**9
_SIZES = (
    *(("Balanced_B0", 500_000_000), ("Balanced_B1", 1 * _GB), ("Balanced_B3", 3 * _GB)),
    *(("Balanced_B5", 6 * _GB), ("Balanced_B10", 12 * _GB), ("Balanced_B20", 24 * _GB)),
    *(("Balanced_B50", 60 * _GB), ("Balanced_B100", 120 * _GB)),
)
"""Sizes, and what each holds; a fifth of it is Redis's own."""
_USABLE = 0.8


def cache(site: Site, network: Network, vault: Vault, request: CacheRequest) -> Cache:
    """The cache; its key lies in the vault."""
    names = site.names
    cluster = site.make(
        "redisenterprise:RedisEnterprise",
        "cache",
        {
            **site.placed,
            "clusterName": names.unique,
            "sku": {"name": size(request)},
            "highAvailability": "Enabled",
            "minimumTlsVersion": "1.2",
            "publicNetworkAccess": "Disabled",
        },
    )
    database = site.make(
        "redisenterprise:Database",
        "cache-database",
        {
            **site.within,
            "clusterName": names.unique,
            "databaseName": "default",
            "clientProtocol": "Encrypted",
            "clusteringPolicy": "EnterpriseCluster",
            "evictionPolicy": "VolatileLRU",
            "accessKeysAuthentication": "Enabled",
            "port": _PORT,
            "name": None,
        },
        cluster,
    )
    target = Target(
        role="cache", id=names.id(_CLUSTER, names.unique), part="redisEnterprise", zone=_ZONE
    )
    private_endpoint(site, network, target, database)
    keys = site.ask(
        "redisenterprise:listDatabaseKeys",
        {**site.within, "clusterName": names.unique, "databaseName": database.output("name")},
    )
    return Cache(
        endpoint=Endpoint(
            name="platform.cache",
            ports=(Port(number=_PORT),),
            cidrs=(site.config.networks.subnets().endpoints,),
            host=f"{names.unique}.{site.config.region}.redis.azure.net",
            managed=False,
            scheme="rediss",
        ),
        password=vault.keep("cache", keys.apply(lambda found: found["primaryKey"])),
    )


def size(request: CacheRequest) -> str:
    """The smallest that is large enough."""
    enough = [name for name, holds in _SIZES if holds * _USABLE >= request.memory]
    if not enough:
        most = format_bytes(int(_SIZES[-1][1] * _USABLE))
        got = format_bytes(request.memory)
        message = f"platform.cache.memory: expected at most {most} on Azure, got {got}"
        raise pulumi.RunError(message)
    return enough[0]
