"""Every plain object of a team, from what was asked for to what the API server is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assurance.graph.values import Call, Endpoint, Outside, Pool
from components.config.faults import ConfigError
from components.gateway.facts import GatewayFacts
from components.manifests import Manifest
from components.monitoring.teams import team_monitors
from components.serving.facts import ServingFacts
from components.serving.models import model_faults, model_manifests
from components.tenancy.accounts import TeamAccount
from components.tenancy.defaults import ResolvedTeam
from components.tenancy.grants import team_grants
from components.tenancy.labels import of_team
from components.tenancy.namespace import container_limits, gpu_types, namespace, quota
from components.tenancy.rbac import member_faults, role_bindings
from components.tenancy.section import TeamConfig
from components.tenancy.workloads.faults import workload_faults
from components.tenancy.workloads.objects import workload_manifests
from components.tenancy.workloads.surroundings import Surroundings
from providers.contract import Identify, Identity, nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamArgs:
    """A team's own words, and what the platform and the other teams add to them."""

    config: TeamConfig
    resolved: ResolvedTeam
    """With the platform's defaults where the team says nothing."""
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    """Everything that can be needed, by name."""
    policies: tuple[Manifest, ...] = ()
    """The NetworkPolicies of this namespace, synthesised from everybody's needs."""
    pools: tuple[Pool, ...] = ()
    storage_class: str | None = None
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys of each secret of the team."""
    own: tuple[Manifest, ...] = ()
    """The team's own manifests, checked; and what brings it its secrets from outside."""
    buckets: Mapping[str, str] = field(default_factory=dict)
    """The platform's buckets: their URLs, by name."""
    serving: ServingFacts = field(default_factory=ServingFacts)
    """How models are served, where they are."""
    gateway: GatewayFacts | None = None
    """Through which the team's routes lead."""
    scraped: bool = False
    """Somebody comes for metrics."""
    calls: tuple[Call, ...] = ()
    """What of it somebody of the platform calls."""
    identify: Identify = nobody
    """How a workload becomes somebody in the cloud."""
    accounts: Mapping[str, TeamAccount] = field(default_factory=dict)
    """What the team logs in with, by endpoint."""
    shared: tuple[Manifest, ...] = ()
    """The Secrets that hold it."""


def team_manifests(
    name: str, args: TeamArgs, identities: Mapping[str, Identity] | None = None
) -> list[Manifest]:
    """The namespace, its limits, people, policies and workloads, and the team's own manifests.

    ConfigError names members who are nobody in particular, and everything that a workload expects
    of the cluster and that is not there.
    """
    around = surroundings(name, args, identities or {})
    faults = [*member_faults(name, args.config.members)]
    for workload, config in args.config.workloads.items():
        faults += workload_faults(workload, config, around)
    for model, asked in args.config.models.items():
        faults += model_faults(model, asked, around)
    if faults:
        raise ConfigError(faults)
    workloads = (
        manifest
        for workload, config in sorted(args.config.workloads.items())
        for manifest in workload_manifests(workload, config, around)
    )
    models = (
        manifest
        for model, asked in sorted(args.config.models.items())
        for manifest in model_manifests(model, asked, around, args.serving)
    )
    objects = (
        namespace(name, args.resolved.pod_security),
        quota(name, args.resolved.quota, gpu_types(args.pools)),
        container_limits(name, args.resolved.containers),
        *role_bindings(name, args.config.members),
        *args.policies,
        *workloads,
        *team_monitors(name, args.config.workloads, args.calls),
        *models,
        *args.own,
    )
    return [of_team(name, manifest) for manifest in objects]


def surroundings(name: str, args: TeamArgs, identities: Mapping[str, Identity]) -> Surroundings:
    """What the team's workloads depend on."""
    return Surroundings(
        team=name,
        containers=args.resolved.containers,
        pod_security=args.resolved.pod_security,
        endpoints=args.endpoints,
        buckets=args.buckets,
        grants=team_grants(name, args.config),
        identities=identities,
        pools={pool.name: pool for pool in args.pools},
        storage_class=args.storage_class,
        accounts=args.accounts,
        gateway=args.gateway,
        scraped=args.scraped,
        api_server=any(need.to == Outside.API_SERVER for need in args.config.needs),
    )
