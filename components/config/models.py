"""The stack file's sections, assembled from their own packages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from components.cache.section import CacheConfig
from components.certificates.section import CertificatesConfig
from components.charts.source import ChartsConfig
from components.cluster.section import GpuConfig, MetricsConfig
from components.database.section import DatabaseConfig
from components.dns.section import DnsConfig
from components.gateway.section import GatewayConfig
from components.monitoring.section import MonitoringConfig
from components.registry.section import RegistryConfig
from components.secrets.section import SecretsConfig
from components.security.section import SecurityConfig
from components.serving.section import ServingConfig
from components.storage.section import ObjectStoreConfig
from components.tenancy.section import OvercommitConfig, TeamConfig, TeamDefaults
from components.waivers import WaiverConfig
from providers.config import ClusterConfig, PlatformReference, Section


class PlatformConfig(Section):
    """A platform of this stack's own."""

    cluster: ClusterConfig
    """The cluster that everything stands on."""
    charts: ChartsConfig = ChartsConfig()
    """Where charts come from."""
    metrics: MetricsConfig | None = None
    """metrics-server, where the cluster does not bring the metrics API along."""
    gpu: GpuConfig | None = None
    """NVIDIA's device plugin, where a cloud's pools have GPUs."""
    certificates: CertificatesConfig | None = None
    """Who signs certificates, and renews them."""
    secrets: SecretsConfig | None = None
    """Where teams' secrets come from, besides the encrypted ones of this file."""
    serving: ServingConfig | None = None
    """KServe: what answers for the teams' models."""
    gateway: GatewayConfig | None = None
    """The one way in, and what stands there."""
    dns: DnsConfig | None = None
    """external-dns: the gateway's names, written into the cluster's public zone."""
    teams: TeamDefaults = TeamDefaults()
    """What every team starts from; a team's own words win, field by field."""
    overcommit: OvercommitConfig = OvercommitConfig()
    """How many times all quotas together may exceed what the pools offer at their largest."""
    security: SecurityConfig = SecurityConfig()
    """What the cluster refuses of its own accord."""
    object_store: ObjectStoreConfig | None = None
    """Buckets that the cloud keeps."""
    database: DatabaseConfig | None = None
    """A PostgreSQL server that the cloud looks after."""
    cache: CacheConfig | None = None
    """A Redis-compatible cache that the cloud looks after."""
    registry: RegistryConfig | None = None
    """Repositories for images of our own."""
    monitoring: MonitoringConfig | None = None
    """Metrics, alerts by team, and dashboards."""


def _platform_kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "reference" if "from_stack" in value and "cluster" not in value else "own"
    return "reference" if isinstance(value, PlatformReference) else "own"


Platform = Annotated[
    Annotated[PlatformConfig, Tag("own")] | Annotated[PlatformReference, Tag("reference")],
    Discriminator(_platform_kind),
]
"""A stack builds a platform, or uses the one that another stack has built."""

SecretKeys = Mapping[str, Mapping[str, tuple[str, ...]]]
"""The keys of each secret, by team and by the secret's name; never a value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """What a stack file asks for, in whole and checked."""

    name: str
    platform: PlatformConfig | PlatformReference
    teams: Mapping[str, TeamConfig]
    waivers: tuple[WaiverConfig, ...]
    secrets: SecretKeys
    directory: Path
    """Where the stack file lies; a team's folder of manifests is found from here."""

    @property
    def cluster(self) -> ClusterConfig | PlatformReference:
        """The cluster, or the stack that owns it."""
        match self.platform:
            case PlatformConfig():
                return self.platform.cluster
            case PlatformReference():
                return self.platform


@dataclass(frozen=True, kw_only=True, slots=True)
class StackFile:
    """A stack file as it was read, with what the engine would make of it."""

    path: Path
    name: str
    stack: Stack
    config: Mapping[str, str]
    """Full key to text, JSON for objects, as the engine hands it to a program; a value that is
    encrypted as a whole is absent, one inside an object reads as the engine's word for unknown."""
    secret_keys: frozenset[str]
    """Full keys that hold an encrypted value anywhere."""
    lines: Mapping[str, int]
    """Where each dotted key stands."""
