"""What a part may know of the platform that it joins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.graph.values import Endpoint, Grant
from providers.contract import ClusterFacts, Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """What a team asks of the platform, for itself or for a workload."""

    needs: frozenset[str] = frozenset()
    """Endpoints, by name."""
    grants: tuple[Grant, ...] = ()
    secrets: frozenset[str] = frozenset()
    """Those that the cloud keeps for it, by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The cluster, and the parts that come before this one."""

    cluster: ClusterFacts
    sections: frozenset[str] = frozenset()
    """The keys of all sections that the stack file has: `platform.certificates`."""
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    """Everything that may be needed, by name: the cluster's, the cloud's, and other parts'."""
    scraped: tuple[Endpoint, ...] = ()
    """Where the parts before this one have their metrics."""
    secret_provider: Mapping[str, Any] | None = None
    """The cloud's own store of secrets, in the words of External Secrets."""
    zone: Zone | None = None
    """The public DNS zone, if it may be written into."""
    issuer: str | None = None
    """The ClusterIssuer that signs for names which people use."""
    teams: tuple[str, ...] = ()
    """The teams of this stack; another stack's are not known here."""
    demands: Mapping[str, Demand] = field(default_factory=dict)
    """What those teams ask for, by team."""

    def needing(self, endpoint: str) -> tuple[str, ...]:
        """Those of them that need it."""
        return tuple(
            team for team, demand in sorted(self.demands.items()) if endpoint in demand.needs
        )
