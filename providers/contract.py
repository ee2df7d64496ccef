"""What a cluster hands to the platform, whichever cloud made it. No cloud type appears here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import pulumi
from pydantic import TypeAdapter

from assurance.graph.values import Addresses, Capability, Endpoint, Grant, Pool

if TYPE_CHECKING:
    import pulumi_kubernetes as kubernetes


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterFacts:
    """What can be known of a cluster without asking it; serialisable."""

    name: str
    version: str
    """Major and minor: `1.35`."""
    storage_class: str | None = None
    """None: claims say nothing, and the cluster's default class serves them."""
    pools: tuple[Pool, ...]
    addresses: Addresses
    capabilities: frozenset[Capability] = frozenset()
    endpoints: tuple[Endpoint, ...] = ()
    """What already runs on the cluster and may be needed."""
    simulated: bool = False
    """Nodes and pods are simulated: the control plane is a sandbox's."""

    def to_json(self) -> dict[str, Any]:
        """Plain values: what proofs see, and what other stacks are told."""
        plain: dict[str, Any] = cluster_facts().dump_python(self, mode="json")
        return {**plain, "capabilities": sorted(plain["capabilities"])}


@cache
def cluster_facts() -> TypeAdapter[ClusterFacts]:
    """What writes facts and reads them back."""
    return TypeAdapter(ClusterFacts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """A cluster, as components see it."""

    facts: ClusterFacts
    kubernetes: "kubernetes.Provider"
    kubeconfig: pulumi.Output[str]
    """Always secret."""
    context: str | None = None
    """The kubeconfig's context; None is its current one."""
    volumes: pulumi.CustomResource | None = None
    """The StorageClass of its facts, where this program makes it."""
    published: Mapping[str, Any] | None = None
    """What the stack that owns the platform has exported, where this program only adds teams."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectStoreRequest:
    """Buckets that the platform wants."""

    buckets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectStore:
    """Where objects are kept. Every name is known before anything exists."""

    endpoint: Endpoint
    buckets: Mapping[str, str]
    """A bucket's URL, without a slash at its end, by the name that was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseRequest:
    """A PostgreSQL server that the platform wants: at least this large."""

    version: str
    """Its major version."""
    cpu: int
    """Thousandths of a core."""
    memory: int
    """Bytes."""
    storage: int
    """Bytes."""
    replicas: int = 0
    """Copies to read from, besides the one that stands by."""
    backup_days: int = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """A PostgreSQL server."""

    endpoint: Endpoint
    administrator: pulumi.Output[str] | None = None
    """Under which name the cloud's secret store keeps its administrator's password."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheRequest:
    """A Redis-compatible cache that the platform wants: at least this large."""

    memory: int
    """Bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cache:
    """A Redis-compatible cache."""

    endpoint: Endpoint
    password: pulumi.Output[str] | None = None
    """Under which name the cloud's secret store keeps its password."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegistryRequest:
    """Image repositories that the platform wants."""

    repositories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Registry:
    """Where images are pulled from."""

    host: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretStoreRequest:
    """Secrets that somebody puts into the cloud's own store, and teams read."""

    secrets: tuple[tuple[str, str], ...]
    """Each by its team and its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretStore:
    """Where the cloud keeps secrets."""

    endpoint: Endpoint
    provider: Mapping[str, Any]
    """The store in the words of External Secrets."""
    names: Mapping[str, str]
    """What a secret is called there, by the name that grants use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """A public DNS zone that is let into by grants on `challenges` and on `records`."""

    name: str
    """The domain; grants use it."""
    id: str
    """What the cloud calls it, in whole."""
    endpoint: Endpoint
    solver: Mapping[str, Any]
    """The zone in the words of cert-manager, which proves names by records there."""
    writer: "ZoneWriter"


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneWriter:
    """The zone in the words of external-dns, which writes records there."""

    cloud: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    """Files that it looks for in /etc/kubernetes, by name; nothing in them is secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What makes a ServiceAccount somebody in the cloud."""

    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Of the ServiceAccount."""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    after: tuple[pulumi.Resource, ...] = ()
    """What must be there before its pods are: only then are they given credentials."""


Identify = Callable[[str, tuple[Grant, ...]], Identity]
"""The provider's verb `identity`, handed to those who need no other."""


def nobody(service_account: str, grants: tuple[Grant, ...]) -> Identity:  # noqa: ARG001
    """Where there is no cloud, nobody outside the cluster knows a ServiceAccount."""
    return Identity()


def secret_name(team: str, name: str) -> str:
    """A team's secret, as grants name it."""
    return f"{team}/{name}"


IDENTITY = "cluster.identity"
"""The endpoint among a cluster's facts at which pods get their credentials, if there is one.

Whoever is granted something needs it as well, so a provider with identities states its addresses.
"""


class ClusterProvider(Protocol):
    """The seam: facts, and the few verbs that differ. None: this cloud has no such thing."""

    @property
    def cluster(self) -> Cluster:
        """The cluster itself."""
        ...

    def object_store(self, request: ObjectStoreRequest) -> ObjectStore | None:
        """Buckets outside the cluster."""
        ...

    def database(self, request: DatabaseRequest) -> Database | None:
        """A managed PostgreSQL server."""
        ...

    def cache(self, request: CacheRequest) -> Cache | None:
        """A managed cache."""
        ...

    def registry(self, request: RegistryRequest) -> Registry | None:
        """A managed image registry."""
        ...

    def secret_store(self, request: SecretStoreRequest) -> SecretStore | None:
        """A store for secrets that people put there."""
        ...

    def zone(self) -> Zone | None:
        """The stack's public DNS zone, if it may be written into."""
        ...

    def identity(self, service_account: str, grants: tuple[Grant, ...]) -> Identity:
        """Let `namespace/name` use what is granted."""
        ...
