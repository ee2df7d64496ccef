"""What the cloud looks after: each section that is present, asked of the provider once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import pulumi

from assurance.graph.values import Endpoint, bytes_of, millicores_of
from components.cache.section import CACHE, CacheConfig
from components.config import ConfigError, Fault, PlatformConfig
from components.config.rules.managed import not_brought
from components.database.section import DATABASE, DatabaseConfig
from components.parts import Demand
from components.secrets.section import EXTERNAL
from components.storage.section import OBJECT_STORE
from providers.contract import (
    CacheRequest,
    ClusterProvider,
    DatabaseRequest,
    ObjectStoreRequest,
    RegistryRequest,
    SecretStore,
    SecretStoreRequest,
    Zone,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Managed:
    """Everything that was asked for."""

    endpoints: tuple[Endpoint, ...] = ()
    buckets: Mapping[str, str] = field(default_factory=dict)
    """Each bucket's URL by its name."""
    secret_provider: Mapping[str, Any] | None = None
    """Its own store of secrets, in the words of External Secrets."""
    secret_names: Mapping[str, str] = field(default_factory=dict)
    """What a team's secret is called there, by the name that grants use."""
    zone: Zone | None = None
    """The public DNS zone, where something is to be written into it."""
    outputs: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What people ask the stack for: where images go, under which names passwords are kept."""


def managed(
    config: PlatformConfig,
    provider: ClusterProvider,
    demands: Mapping[str, Demand] | None = None,
) -> Managed:
    """Ask for all of it; ConfigError where there is no registry, or no store, after all.

    `demands` are the teams', who name secrets that are kept for them.

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
            _refuse("registry", config)
        outputs["registry"] = registry.host
    kept, zone = _kept(config, provider, demands or {}), _zone(config, provider)
    endpoints |= {made.endpoint.name: made.endpoint for made in (kept, zone) if made is not None}
    return Managed(
        zone=zone,
        secret_provider=None if kept is None else kept.provider,
        secret_names={} if kept is None else kept.names,
        endpoints=tuple(replace(found, name=name) for name, found in endpoints.items()),
        buckets=dict(sorted(buckets.items())),
        outputs={name: output for name, output in outputs.items() if output is not None},
    )


def _kept(
    config: PlatformConfig, provider: ClusterProvider, demands: Mapping[str, Demand]
) -> SecretStore | None:
    if config.secrets is None or config.secrets.kind != EXTERNAL:
        return None
    named = tuple((team, name) for team in demands for name in sorted(demands[team].secrets))
    kept = provider.secret_store(SecretStoreRequest(secrets=named))
    if kept is None:
        _refuse("secrets", config)
    return kept


def _zone(config: PlatformConfig, provider: ClusterProvider) -> Zone | None:
    """Asked for where names are shown to be ours, or answered for."""
    public = config.certificates is not None and config.certificates.public is not None
    return provider.zone() if public or config.dns is not None else None


def _refuse(section: str, config: PlatformConfig) -> NoReturn:
    message = not_brought(section, config.cluster.provider)
    raise ConfigError([Fault(file="", line=None, key=f"platform.{section}", message=message)])


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
