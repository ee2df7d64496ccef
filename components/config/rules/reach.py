"""Needs: each leads to something that exists, through a port that it has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assurance.graph.values import FOR_TEAMS, Outside
from components.cache.section import CACHE
from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.config.models import PlatformConfig
from components.config.wording import listed, meant
from components.database.section import DATABASE
from components.storage.section import OBJECT_STORE
from components.tenancy.needs_section import NeedConfig
from components.tenancy.section import TeamConfig
from components.tenancy.workloads.env_section import NeedValue
from components.tenancy.workloads.section import ServiceConfig

_MANAGED: Mapping[str, str] = {
    OBJECT_STORE: "object_store",
    DATABASE: "database",
    CACHE: "cache",
}
"""Endpoints by the platform's sections that offer them."""
_PUBLIC = tuple(outside.value for outside in FOR_TEAMS)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Offer:
    """What may be needed, as far as a file can tell."""

    ports: frozenset[int] | None
    """None where they cannot be known yet."""
    host: bool = True
    account: bool = False
    """Each team that needs it has a user of its own there."""


def needs_exist(draft: Draft) -> Iterator[Problem]:
    """Every need names something that exists and lets itself be needed."""
    offers = _offers(draft)
    for path, need in _needs(draft):
        if need.to in _PUBLIC:
            yield from _api_server(draft, path, need)
        elif need.to in offers:
            yield from _ports(path, need, offers[need.to].ports)
        elif message := _unknown(draft, need.to, offers):
            yield Problem(path=path, message=message)


def environment_is_needed(draft: Draft) -> Iterator[Problem]:
    """A variable tells of an endpoint only to who may reach it."""
    offers = _offers(draft)
    for team, name, workload in draft.workloads():
        if not draft.whole("teams", team, "needs"):
            continue
        needed = [need.to for need in (*draft.teams[team].needs, *workload.needs)]
        for variable, value in workload.env.items():
            if isinstance(value, NeedValue):
                path = ("teams", team, "workloads", name, "env", variable, "need")
                yield from _variable(draft, path, value, needed, offers)


def _variable(
    draft: Draft, path: Path, value: NeedValue, needed: Sequence[str], offers: Mapping[str, _Offer]
) -> Iterator[Problem]:
    endpoints = [name for name in needed if name not in _PUBLIC]
    if value.need in _PUBLIC:
        message = f"expected an endpoint, got {value.need}: it has no address of its own"
        yield Problem(path=path, message=message)
    elif value.need not in endpoints:
        guess = meant(value.need, endpoints)
        hint = f"did you mean {guess}" if guess else f"add it: needs: [{value.need}]"
        message = f"expected a need of this workload or its team, got {value.need}; {hint}"
        yield Problem(path=path, message=message)
    elif value.value in ("user", "password") and not _has_users(draft, value.need, offers):
        message = (
            f"expected a need with users of its own, got {value.need}; say which secret has the "
            f"{value.value}: {{ secret: …, key: … }}"
        )
        yield Problem(path=path, message=message)
    elif value.value != "port" and value.need in offers and not offers[value.need].host:
        message = (
            f"expected an endpoint with a host, got {value.need}; give it one where it is declared"
        )
        yield Problem(path=path, message=message)


def _has_users(draft: Draft, name: str, offers: Mapping[str, _Offer]) -> bool:
    """What another stack runs has none for the teams of this one."""
    if name in offers:
        return offers[name].account
    return isinstance(draft.platform, PlatformConfig)


def _needs(draft: Draft) -> Iterator[tuple[Path, NeedConfig]]:
    for team, config in draft.teams.items():
        for position, need in enumerate(config.needs):
            yield ("teams", team, "needs", position), need
    for team, name, workload in draft.workloads():
        for position, need in enumerate(workload.needs):
            yield ("teams", team, "workloads", name, "needs", position), need
    for team, name, model in draft.models():
        for need in model.needs_of(team, name):
            yield ("teams", team, "models", name, "storage", "bucket"), need


def _ports(path: Path, need: NeedConfig, ports: frozenset[int] | None) -> Iterator[Problem]:
    for position, port in enumerate(need.ports):
        if ports is not None and port not in ports:
            has = listed([str(port) for port in sorted(ports)])
            message = f"expected a port of {need.to}, which has {has}, got {port}"
            yield Problem(path=(*path, "ports", position), message=message)


def _api_server(draft: Draft, path: Path, need: NeedConfig) -> Iterator[Problem]:
    if need.to != Outside.API_SERVER or not isinstance(draft.platform, PlatformConfig):
        return
    whole = draft.whole("platform", "cluster", "addresses")
    if whole and not draft.platform.cluster.address_plan().api_server:
        message = f"expected platform.cluster.addresses.api_server for {need.to}, got nothing"
        yield Problem(path=path, message=message)


def _unknown(draft: Draft, name: str, offers: Mapping[str, _Offer]) -> str | None:
    """Why nothing of this name can be needed; None where that cannot be told yet."""
    kind, _, rest = name.partition(".")
    if name in _MANAGED and draft.endpoints is not None:
        return _not_asked_for(draft, name, _MANAGED[name])
    if kind in ("cluster", "platform") and rest and draft.endpoints is None:
        return None
    team, _, workload = rest.partition(".")
    if kind == "team" and (refusal := _refused(draft, team, workload)) is not None:
        return refusal or None
    guess = meant(name, [*_PUBLIC, *offers, *(() if draft.endpoints is None else _MANAGED)])
    hint = f"did you mean {guess}" if guess else f"there are {listed([*_PUBLIC, *sorted(offers)])}"
    return f"expected something that exists, got {name}; {hint}"


def _not_asked_for(draft: Draft, name: str, section: str) -> str | None:
    """Why what a section offers is not there; None where the section is, and wrong in itself."""
    if not draft.whole("platform", section) or not isinstance(draft.platform, PlatformConfig):
        return None
    return f"expected platform.{section} for {name}, got nothing; write platform.{section}: {{}}"


def _refused(draft: Draft, team: str, workload: str) -> str | None:
    """Why a workload that exists cannot be needed; empty where it is broken itself."""
    if not draft.whole("teams", team, "workloads", workload):
        return ""
    config = draft.teams.get(team, TeamConfig()).workloads.get(workload)
    if config is None:
        return None
    name = f"team.{team}.{workload}"
    if not isinstance(config, ServiceConfig) or not config.ports:
        return f"expected a workload with ports, got {name}, which has none"
    return (
        f"expected a workload that others may need, got {name}; "
        f"write published: true at teams.{team}.workloads.{workload}"
    )


def _offers(draft: Draft) -> dict[str, _Offer]:
    offers = {
        f"team.{team}.{name}": _Offer(ports=frozenset(port.port for port in workload.ports))
        for team, name, workload in draft.workloads()
        if isinstance(workload, ServiceConfig) and workload.published and workload.ports
    }
    offers |= {f"cluster.{name}": _Offer(ports=None) for name in draft.endpoints or ()}
    if isinstance(draft.platform, PlatformConfig):
        for name, endpoint in draft.platform.cluster.endpoints.items():
            offers[f"cluster.{name}"] = _Offer(
                ports=frozenset(endpoint.ports), host=endpoint.host is not None
            )
        brought = draft.platform.cluster.brings
        for name, section in _MANAGED.items():
            if getattr(draft.platform, section) is not None:
                offers[name] = _Offer(ports=None, account=section not in brought)
    return offers
