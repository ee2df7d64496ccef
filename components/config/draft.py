"""What is known of a stack while parts of its file may still be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from components.config.faults import Path
from components.config.models import PlatformConfig, SecretKeys
from components.tenancy.section import TeamConfig
from providers.config import PlatformReference


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The parts that could be read. A rule speaks only of what is whole."""

    name: str
    directory: FilePath
    platform: PlatformConfig | PlatformReference | None = None
    teams: Mapping[str, TeamConfig] = field(default_factory=dict)
    secrets: SecretKeys = field(default_factory=dict)
    broken: frozenset[Path] = frozenset()
    """What was left out because it is wrong in itself."""

    def whole(self, *path: str | int) -> bool:
        """Whether nothing at, above or below a path was left out."""
        return not any(
            path[: len(broken)] == broken or broken[: len(path)] == path for broken in self.broken
        )

    def exists(self, *path: str | int) -> bool:
        """Whether the file names this at all, be it right or wrong."""
        return path in self.broken
