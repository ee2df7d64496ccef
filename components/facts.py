"""What a platform tells those who build on it, in this program or, as JSON, in another stack's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from assurance.graph.values import Caller, Endpoint
from components.gateway.facts import GatewayFacts
from components.serving.facts import ServingFacts
from components.tenancy.section import TeamDefaults
from providers.contract import ClusterFacts, Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformFacts:
    """Everything that teams need to know of the platform; no Output, no secret."""

    cluster: ClusterFacts
    team_defaults: TeamDefaults
    endpoints: Mapping[str, Endpoint]
    """What may be needed, by name: the cluster's and the platform's own."""
    buckets: Mapping[str, str] = field(default_factory=dict)
    """The URL of each bucket of the platform, by its name."""
    serving: ServingFacts | None = None
    """How models are served; None: they are not."""
    gateway: GatewayFacts | None = None
    """Through which routes lead; None: there is no way in."""
    secrets: str | None = None
    """Where secrets come from besides stack files: `sealed` or `external`."""
    secret_names: Mapping[str, str] = field(default_factory=dict)
    """What the cloud's own store calls each team's secrets, by the name that grants use."""
    zone: Zone | None = None
    """The public DNS zone, if something of the platform writes into it."""
    callers: Mapping[str, Caller] = field(default_factory=dict)
    """Who of the platform calls workloads of teams, by name: `gateway`."""

    def to_json(self) -> dict[str, Any]:
        """Plain values for a stack output."""
        plain: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return {**plain, "cluster": self.cluster.to_json()}

    @staticmethod
    def from_json(plain: Mapping[str, Any]) -> "PlatformFacts":
        """Read them back; a stack reference hands over every number as a float."""
        return _adapter().validate_python(plain)


def cluster_intent(facts: PlatformFacts) -> dict[str, Any]:
    """What proofs go by of the cluster, whichever stack it belongs to."""
    stated = facts.cluster.to_json()
    return {key: stated[key] for key in ("addresses", "capabilities", "endpoints", "pools")}


@cache
def _adapter() -> TypeAdapter[PlatformFacts]:
    return TypeAdapter(PlatformFacts)
