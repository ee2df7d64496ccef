"""Redis: Azure Managed Redis with a copy that takes over, reached privately."""

import pulumi
import pulumi_azure_native as azure

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
    cluster = azure.redisenterprise.RedisEnterprise(
        f"{site.name}-cache",
        **site.placed,
        cluster_name=names.unique,
        sku=azure.redisenterprise.SkuArgs(name=size(request)),
        high_availability="Enabled",
        minimum_tls_version="1.2",
        public_network_access="Disabled",
        opts=site.options(),
    )
    database = azure.redisenterprise.Database(
        f"{site.name}-cache-database",
        **site.within,
        cluster_name=names.unique,
        database_name="default",
        client_protocol="Encrypted",
        clustering_policy="EnterpriseCluster",
        eviction_policy="VolatileLRU",
        access_keys_authentication="Enabled",
        port=_PORT,
        opts=site.options(cluster),
    )
    target = Target(
        role="cache", id=names.id(_CLUSTER, names.unique), part="redisEnterprise", zone=_ZONE
    )
    private_endpoint(site, network, target, database)
    keys = azure.redisenterprise.list_database_keys_output(
        resource_group_name=names.group,
        cluster_name=names.unique,
        database_name=database.name,
        opts=pulumi.InvokeOutputOptions(parent=site.parent, provider=site.provider),
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
        password=vault.keep("cache", keys.apply(lambda found: found.primary_key)),
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
