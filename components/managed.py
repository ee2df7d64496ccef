"""What the cloud looks after: each section that is present, asked of the provider once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pulumi

from assurance.graph.values import Endpoint, bytes_of, millicores_of
from components.cache.section import CACHE, CacheConfig
from components.config import ConfigError, Fault, PlatformConfig
from components.config.rules.managed import not_brought
from components.database.section import DATABASE, DatabaseConfig
from components.storage.section import OBJECT_STORE
from providers.contract import (
    CacheRequest,
    ClusterProvider,
    DatabaseRequest,
    ObjectStoreRequest,
    RegistryRequest,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Managed:
    """Everything that was asked for."""

    endpoints: tuple[Endpoint, ...] = ()
    buckets: Mapping[str, str] = field(default_factory=dict)
    """Each bucket's URL by its name."""
    outputs: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What people ask the stack for: where images go, under which names passwords are kept."""


def managed(config: PlatformConfig, provider: ClusterProvider) -> Managed:
    """Ask for all of it; ConfigError where there is no registry after all.

    What else this provider lacks, the platform runs in the cluster itself.
    """
    endpoints: dict[str, Endpoint] = {}
    buckets: Mapping[str, str] = {}
    outputs: dict[str, pulumi.Output[str] | None] = {}
    if config.object_store is not None:
        wanted = ObjectStoreRequest(buckets=config.object_store.buckets)
        store = provider.object_store(wanted)
        if store is not None:
            endpoints[OBJECT_STORE], buckets = store.endpoint, store.buckets
    if config.database is not None:
        database = provider.database(_database(config.database))
        if database is not None:
            endpoints[DATABASE] = database.endpoint
            outputs["database_administrator"] = database.administrator
    if config.cache is not None:
        cache = provider.cache(_cache(config.cache))
        if cache is not None:
            endpoints[CACHE] = cache.endpoint
            outputs["cache_password"] = cache.password
    if config.registry is not None:
        images = RegistryRequest(repositories=config.registry.repositories)
        registry = provider.registry(images)
        if registry is None:
            message = not_brought(config.cluster.provider)
            raise ConfigError([Fault(file="", line=None, key="platform.registry", message=message)])
        outputs["registry"] = registry.host
    return Managed(
        endpoints=tuple(replace(found, name=name) for name, found in endpoints.items()),
        buckets=dict(sorted(buckets.items())),
        outputs={name: output for name, output in outputs.items() if output is not None},
    )


def _database(config: DatabaseConfig) -> DatabaseRequest:
    return DatabaseRequest(
        version=config.version,
        cpu=millicores_of(config.cpu),
        memory=bytes_of(config.memory),
        storage=bytes_of(config.storage),
        replicas=config.replicas,
        backup_days=config.backup_days,
    )


def _cache(config: CacheConfig) -> CacheRequest:
    return CacheRequest(memory=bytes_of(config.memory))
