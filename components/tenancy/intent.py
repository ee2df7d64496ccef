"""What a team has asked for, as proofs and other components read it."""

from collections.abc import Iterable, Iterator, Mapping

from assurance.graph.intent import Subjects, TeamIntent
from assurance.graph.values import FOR_TEAMS, Endpoint, Grant, Need, Outside, Port
from components.tenancy.consumers import consumers
from components.tenancy.defaults import ResolvedTeam
from components.tenancy.grants import team_grants
from components.tenancy.namespace import container_amounts, hard_limits, pod_maximum
from components.tenancy.needs_section import NeedConfig
from components.tenancy.section import MembersConfig, TeamConfig
from providers.contract import IDENTITY


def team_intent(
    name: str,
    config: TeamConfig,
    resolved: ResolvedTeam,
    endpoints: Mapping[str, Endpoint] | None = None,
    gpu_types: tuple[str, ...] = (),
) -> TeamIntent:
    """The team's intent; endpoints say over which protocol a needed port is meant."""
    grants = team_grants(name, config)
    return TeamIntent(
        namespaces=(name,),
        members=_members(config.members),
        needs=tuple(dict.fromkeys(_needs(name, config, grants, endpoints or {}))),
        open_within=resolved.open_within,
        quota=hard_limits(resolved.quota, gpu_types),
        containers={
            **container_amounts(resolved.containers),
            "pod max": pod_maximum(resolved.containers),
        },
        pod_security=resolved.pod_security,
        grants=grants,
        budget=config.budget,
    )


def _members(config: MembersConfig) -> dict[str, Subjects]:
    by_role = {"view": config.view, "edit": config.edit, "admin": config.admin}
    return {
        role: Subjects(groups=who.groups, users=who.users)
        for role, who in by_role.items()
        if who.groups or who.users
    }


def _needs(
    team: str, config: TeamConfig, grants: Iterable[Grant], endpoints: Mapping[str, Endpoint]
) -> Iterator[Need]:
    """The whole team's needs, then each workload's own, and where grants get their credentials."""
    for need in config.needs:
        yield _need(need, None, endpoints)
    for name, needs in consumers(team, config):
        for need in needs:
            yield _need(need, name, endpoints)
    if IDENTITY in endpoints:
        yield from (Need(to=IDENTITY, by=grant.by) for grant in grants)


def _need(config: NeedConfig, by: str | None, endpoints: Mapping[str, Endpoint]) -> Need:
    to = Outside(config.to) if config.to in FOR_TEAMS else config.to
    endpoint = endpoints.get(to)
    offered = endpoint.ports if endpoint is not None else ()
    ports = (port for number in config.ports for port in _meant(number, offered))
    return Need(to=to, ports=tuple(ports), by=by)


def _meant(number: int, offered: tuple[Port, ...]) -> tuple[Port, ...]:
    """The ports of that number that are offered, whatever their protocol; TCP if none is."""
    same = tuple(port for port in offered if port.number == number and port.end is None)
    return same or (Port(number=number),)
