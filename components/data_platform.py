"""The teams of a stack, on a platform that this stack or another one has built."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from assurance.graph.intent_maps import intent_map
from assurance.graph.values import Endpoint
from components.config import ConfigError, Fault, Stack
from components.config.rules.names import not_free
from components.credentials import Shared
from components.facts import PlatformFacts
from components.manifests import Manifest, adopt, register
from components.monitoring.names import CALLER as PROMETHEUS
from components.network.calls import call_policies
from components.network.endpoints import team_endpoints
from components.network.needs import TeamNetwork
from components.network.policies import asked_by, in_namespace, synthesise
from components.platform import on
from components.secrets.names import external_secrets
from components.secrets.section import SEALED
from components.serving.facts import ServingFacts
from components.tenancy.calls import team_calls
from components.tenancy.defaults import ResolvedTeam, effective
from components.tenancy.intent import team_intent
from components.tenancy.own import own_manifests, read_own_files
from components.tenancy.section import TeamConfig
from components.tenancy.team import Team, TeamArgs
from components.waivers import stated
from providers.contract import Cluster, Identify


@dataclass(frozen=True, kw_only=True, slots=True)
class DataPlatformArgs:
    """The teams, and what they stand on."""

    stack: Stack
    platform: PlatformFacts
    cluster: Cluster
    identity: Identify
    """How a workload becomes somebody in the cloud: the provider's verb."""
    shared: tuple[Shared, ...] = ()
    """What teams log in with at what the platform runs itself."""


class DataPlatform(pulumi.ComponentResource):
    """Every team, each in a namespace of its own, reaching what it needs and nothing else."""

    def __init__(
        self, name: str, args: DataPlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        teams = team_args(args.stack, args.platform, args.identity, args.shared)
        opts = on(args.cluster, opts)
        waivers = stated(args.stack.waivers)
        asked = {"intent": waivers} if args.stack.waivers else None
        super().__init__("ml-platform:data_platform:DataPlatform", name, asked, opts)
        adopt(args.cluster)
        if asked is not None:
            register(self, [intent_map("waivers", args.stack.name, waivers)], origin="waivers")
        for team, wanted in teams.items():
            Team(team, wanted, pulumi.ResourceOptions(parent=self))
        self.register_outputs({"teams": sorted(teams), **(asked or {})})


def team_args(
    stack: Stack, platform: PlatformFacts, identify: Identify, shared: Iterable[Shared] = ()
) -> dict[str, TeamArgs]:
    """Each team's own words, joined with what the platform and the other teams offer."""
    _refuse_taken(stack.teams, platform)
    offered = team_endpoints({name: team.workloads for name, team in stack.teams.items()})
    endpoints = {**platform.endpoints, **offered}
    resolved = {name: effective(t, platform.team_defaults) for name, t in stack.teams.items()}
    networks = {
        name: _network(name, team, resolved[name], endpoints) for name, team in stack.teams.items()
    }
    calls = {name: team_calls(team, platform.callers) for name, team in stack.teams.items()}
    policies = [
        *synthesise(networks, endpoints, platform.cluster.addresses),
        *(
            policy
            for name, asked in calls.items()
            for policy in call_policies(name, asked, frozenset(stack.teams[name].models))
        ),
    ]
    # The platform's own namespaces are opened by whoever needs what is there.
    entering = [p for p in policies if p["metadata"]["namespace"] not in stack.teams]
    own = _own(stack.directory, stack.teams, sealed=platform.secrets == SEALED)
    given = {name: [each for each in shared if each.team == name] for name in stack.teams}
    return {
        name: TeamArgs(
            config=team,
            resolved=resolved[name],
            endpoints=endpoints,
            policies=(*in_namespace(policies, name), *asked_by(name, entering)),
            pools=platform.cluster.pools,
            storage_class=platform.cluster.storage_class,
            secrets=stack.secrets.get(name, {}),
            own=(*external_secrets(name, team.external_secrets, platform.secret_names), *own[name]),
            buckets=platform.buckets,
            serving=platform.serving or ServingFacts(),
            gateway=platform.gateway,
            scraped=PROMETHEUS in platform.callers,
            calls=calls[name],
            identify=identify,
            accounts={each.account.endpoint: each.account for each in given[name]},
            shared=tuple(each.manifest for each in given[name]),
        )
        for name, team in sorted(stack.teams.items())
    }


def _refuse_taken(teams: Iterable[str], platform: PlatformFacts) -> None:
    """Namespaces in which another stack's platform, or its cluster, has something."""
    taken = {caller.namespace: name for name, caller in platform.callers.items()}
    taken |= {e.namespace: name for name, e in platform.endpoints.items() if e.namespace}
    taken[platform.cluster.addresses.dns.namespace] = "the cluster's DNS"
    faults = [
        Fault(file="", line=None, key=f"teams.{team}", message=not_free(team, taken[team]))
        for team in sorted(taken.keys() & set(teams))
    ]
    if faults:
        raise ConfigError(faults)


def _network(
    name: str, team: TeamConfig, resolved: ResolvedTeam, endpoints: Mapping[str, Endpoint]
) -> TeamNetwork:
    asked = team_intent(name, team, resolved, endpoints)
    return TeamNetwork(
        namespace=name,
        needs=asked.needs,
        open_within=asked.open_within,
        models=frozenset(team.models),
    )


def _own(
    directory: Path, teams: Mapping[str, TeamConfig], *, sealed: bool
) -> dict[str, tuple[Manifest, ...]]:
    """Every team's own manifests; the faults of all of them at once."""
    found = {
        name: own_manifests(name, read_own_files(directory, team.manifests), sealed=sealed)
        for name, team in teams.items()
        if team.manifests is not None
    }
    faults = [fault for own in found.values() for fault in own.faults]
    if faults:
        raise ConfigError(faults)
    return {name: found[name].manifests if name in found else () for name in teams}
