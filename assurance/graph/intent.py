"""What was asked for, independent of what was made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assurance.graph.values import (
    Addresses,
    Call,
    Capability,
    Endpoint,
    Grant,
    Level,
    Need,
    Outside,
    Overcommit,
    Pin,
    Pool,
    Port,
    Shown,
    Waiver,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subjects:
    """People, as the cluster's authenticator names them."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamIntent:
    """One team: what it may use and whom it may reach."""

    namespaces: tuple[str, ...]
    members: Mapping[str, Subjects] = field(default_factory=dict)
    """By role: view, edit, admin."""
    needs: tuple[Need, ...] = ()
    open_within: bool = True
    """Whether the team's own workloads may reach each other freely."""
    quota: Mapping[str, str] = field(default_factory=dict)
    """The ResourceQuota's hard limits."""
    containers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """A container's `default`, `defaultRequest` and `max`, and a `pod max`, by resource."""
    pod_security: str = "restricted"
    grants: tuple[Grant, ...] = ()
    """Stores off the cluster's own API that its workloads may use."""
    calls: tuple[Call, ...] = ()
    """Workloads that somebody of the platform calls."""
    routes: Mapping[str, Shown] = field(default_factory=dict)
    """Whom each of its routes lets in, by the route's name."""
    budget: float | None = None
    """US dollars a month."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PodsIntent:
    """Some pods of the platform's own: what they need, and who calls them from off the network."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    needs: tuple[Need, ...] = ()
    entered_from: Outside | None = None
    """What is no pod and may reach them, on these ports."""
    ports: tuple[Port, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PartIntent:
    """One section's share of the platform."""

    namespaces: Mapping[str, bool] = field(default_factory=dict)
    """Whether the pods of each may reach each other freely."""
    pods: tuple[PodsIntent, ...] = ()
    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    """What its ServiceAccounts may use off the cluster, by `namespace/name`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """The whole of it, for one stack or several."""

    teams: Mapping[str, TeamIntent] = field(default_factory=dict)
    parts: Mapping[str, PartIntent] = field(default_factory=dict)
    """The platform's own namespaces, by the stack file's key that asks for them."""
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    buckets: Mapping[str, str] = field(default_factory=dict)
    """The URL of each bucket of the platform, by the name that grants use."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """What the cloud calls each public DNS zone, in whole, by the name that grants use."""
    pools: tuple[Pool, ...] = ()
    addresses: Addresses | None = None
    """The cluster's address plan; None where nobody has stated it."""
    capabilities: frozenset[Capability] = frozenset()
    overcommit: Overcommit = field(default_factory=Overcommit)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    """The versions that the platform is made of, by what people call each."""
    waivers: tuple[Waiver, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)
    registries: tuple[str, ...] = ()
    """Where images may come from; from anywhere if none is stated."""
