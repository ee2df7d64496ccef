"""What a team's workloads may do in the cloud: grants from needs, identities from grants."""

from collections.abc import Iterable, Iterator, Mapping

from assurance.graph.values import Access, Grant
from components.tenancy.consumers import consumers
from components.tenancy.needs_section import NeedConfig
from components.tenancy.section import TeamConfig
from providers.contract import Identify, Identity


def team_grants(team: str, config: TeamConfig) -> tuple[Grant, ...]:
    """The whole team's grants, then each workload's own; each once."""
    return tuple(dict.fromkeys(_grants(team, config)))


def needed(team: str, config: TeamConfig) -> frozenset[str]:
    """Everything that the team, a workload or a model of it must reach."""
    own = (needs for _, needs in consumers(team, config))
    return frozenset(need.to for needs in (config.needs, *own) for need in needs)


def granted(grants: Iterable[Grant], workload: str) -> tuple[Grant, ...]:
    """What one workload may do: its own grants, and the whole team's."""
    return tuple(grant for grant in grants if grant.by in (None, workload))


def identities(
    team: str, config: TeamConfig, grants: Iterable[Grant], identify: Identify
) -> Mapping[str, Identity]:
    """Who each workload with a grant is in the cloud; the others are nobody."""
    every = tuple(grants)
    return {
        name: identify(f"{team}/{name}", own)
        for name, _ in consumers(team, config)
        if (own := granted(every, name))
    }


def _grants(team: str, config: TeamConfig) -> Iterator[Grant]:
    yield from _of(team, config.needs, None)
    for name, needs in consumers(team, config):
        yield from _of(team, needs, name)


def _of(team: str, needs: Iterable[NeedConfig], by: str | None) -> Iterator[Grant]:
    for need in needs:
        if need.bucket is not None:
            yield Grant(
                access=Access(need.access or "read"),
                kind="bucket",
                name=need.bucket,
                prefix=need.prefix_of(team),
                by=by,
            )
