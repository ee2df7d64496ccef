"""What is known of a stack while parts of its file may still be wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from components.config.faults import Path
from components.config.models import PlatformConfig, SecretKeys
from components.serving.model_section import ModelConfig
from components.tenancy.section import TeamConfig, TeamDefaults
from components.tenancy.workloads.section import PodConfig
from providers.config import PlatformReference


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The parts that could be read. A rule speaks only of what is whole."""

    name: str
    platform: PlatformConfig | PlatformReference | None = None
    teams: Mapping[str, TeamConfig] = field(default_factory=dict)
    secrets: SecretKeys = field(default_factory=dict)
    broken: frozenset[Path] = frozenset()
    """What was left out because it is wrong in itself."""
    pools: tuple[str, ...] | None = None
    """The pools that the file names, right or wrong; None where it cannot name them."""
    endpoints: tuple[str, ...] | None = None
    """The cluster's endpoints likewise."""
    today: date | None = None
    """The run's day; None where nobody asks what is out of date."""
    folders: frozenset[str] = frozenset()
    """The teams' folders of manifests that are there."""

    def whole(self, *path: str | int) -> bool:
        """Whether nothing at, above or below a path was left out."""
        return not any(
            path[: len(broken)] == broken or broken[: len(path)] == path for broken in self.broken
        )

    def team_names(self) -> list[str]:
        """Every team that the file names, right or wrong."""
        broken = [str(path[1]) for path in self.broken if path[0] == "teams" and len(path) > 1]
        return list(dict.fromkeys([*self.teams, *broken]))

    def workloads(self) -> Iterator[tuple[str, str, PodConfig]]:
        """Every workload that could be read, with its team's name and its own."""
        for team, config in self.teams.items():
            for name, workload in config.workloads.items():
                yield team, name, workload

    def models(self) -> Iterator[tuple[str, str, ModelConfig]]:
        """Every model that could be read, likewise."""
        for team, config in self.teams.items():
            for name, model in config.models.items():
                yield team, name, model

    def defaults(self) -> TeamDefaults | None:
        """What every team starts from; None where that is known to another stack only."""
        if isinstance(self.platform, PlatformConfig) and self.whole("platform", "teams"):
            return self.platform.teams
        return None
