"""A team with every default filled in: what the platform gives, unless the team says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import (
    bytes_of,
    format_bytes,
    format_millicores,
    millicores_of,
)
from components.tenancy.section import PodSecurity, TeamConfig, TeamDefaults
from providers.config.section import Section

_LIMITS_PER_REQUEST = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedAmounts:
    """CPU, memory and disk, all known."""

    cpu: str
    memory: str
    disk: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedQuota:
    """What the whole team may ask for at once."""

    cpu: str
    memory: str
    disk: str
    limits: ResolvedAmounts
    storage: str
    pods: int
    gpu: int
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedContainers:
    """What a container gets, and the most that it may ask for."""

    requests: ResolvedAmounts
    limits: ResolvedAmounts
    maximum: ResolvedAmounts


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedTeam:
    """What holds for a team, whoever said it."""

    pod_security: PodSecurity
    quota: ResolvedQuota
    containers: ResolvedContainers
    open_within: bool
    ready_within: int


def effective(team: TeamConfig, defaults: TeamDefaults) -> ResolvedTeam:
    """The team's own words win over the platform's, those over ours; field by field."""
    merged = _over(_over(_said(TeamDefaults(), whole=True), _said(defaults)), _said(team))
    quota = merged["quota"]
    return ResolvedTeam(
        pod_security=merged["pod_security"],
        quota=ResolvedQuota(**{**quota, "limits": _limits(quota)}),
        containers=ResolvedContainers(
            **{name: ResolvedAmounts(**amounts) for name, amounts in merged["containers"].items()}
        ),
        open_within=merged["open_within"],
        ready_within=merged["ready_within"],
    )


def _limits(quota: Mapping[str, Any]) -> ResolvedAmounts:
    """Twice the requests, where nobody says."""
    said = quota["limits"]
    cpu = millicores_of(quota["cpu"]) * _LIMITS_PER_REQUEST
    of_bytes = {
        name: said.get(name, format_bytes(bytes_of(quota[name]) * _LIMITS_PER_REQUEST))
        for name in ("memory", "disk")
    }
    return ResolvedAmounts(cpu=said.get("cpu", format_millicores(cpu)), **of_bytes)


def _said(section: Section, *, whole: bool = False) -> dict[str, Any]:
    """What somebody wrote, without what they left out."""
    names = type(section).model_fields if whole else section.model_fields_set
    values = ((name, getattr(section, name)) for name in names)
    return {
        name: _said(value, whole=whole) if isinstance(value, Section) else value
        for name, value in values
        if value is not None
    }


def _over(base: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """`words` laid over `base`."""
    return {
        **base,
        **{
            name: _over(base.get(name, {}), value) if isinstance(value, Mapping) else value
            for name, value in words.items()
        },
    }
