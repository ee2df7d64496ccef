"""What a workload's manifests depend on beside its own section."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assurance.graph.values import Endpoint, Grant, Pool
from components.gateway.facts import GatewayFacts
from components.tenancy.accounts import TeamAccount
from components.tenancy.defaults import ResolvedContainers
from components.tenancy.section import PodSecurity
from providers.contract import Identity


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """The team and the cluster, as far as a workload notices them."""

    team: str
    containers: ResolvedContainers
    """What a container of the team gets if it does not say."""
    pod_security: PodSecurity = "restricted"
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    """Everything that can be needed, by name."""
    buckets: Mapping[str, str] = field(default_factory=dict)
    """The platform's buckets: their URLs, by name."""
    grants: tuple[Grant, ...] = ()
    """What the team and its workloads may do in the cloud."""
    identities: Mapping[str, Identity] = field(default_factory=dict)
    """Who a workload is in the cloud, by its name."""
    accounts: Mapping[str, TeamAccount] = field(default_factory=dict)
    """What the team logs in with, by endpoint."""
    pools: Mapping[str, Pool] = field(default_factory=dict)
    storage_class: str | None = None
    """For claims that name none; None leaves it to the cluster."""
    gateway: GatewayFacts | None = None
    """Through which routes lead."""
    scraped: bool = False
    """Somebody comes for metrics."""
    api_server: bool = False
    """The whole team needs the Kubernetes API."""
