"""What of a team needs something: its workloads and its models, each by its name."""

from collections.abc import Iterator, Sequence

from components.tenancy.needs_section import NeedConfig
from components.tenancy.section import TeamConfig


def consumers(team: str, config: TeamConfig) -> Iterator[tuple[str, Sequence[NeedConfig]]]:
    """Names that no two of them share, in order, with what each needs beyond its team."""
    for name, workload in sorted(config.workloads.items()):
        yield name, workload.needs
    for name, model in sorted(config.models.items()):
        yield name, model.needs_of(team, name)
