"""Every chart of a platform, rendered side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components import machine
from components.charts.chart import Chart, ChartArgs
from components.charts.helm import Target
from components.charts.obtaining import Store, obtain
from components.charts.release import Release
from components.charts.source import ChartsConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartsArgs:
    """Which charts, and where they come from."""

    config: ChartsConfig
    releases: Mapping[str, Release]
    """By the stack file's key that asks for each."""
    version: str
    """Kubernetes'."""
    project: Path
    """Where the stack file lies."""


class Charts(pulumi.ComponentResource):
    """The charts; each is a component beneath."""

    def __init__(
        self, name: str, args: ChartsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ml-platform:charts:Charts", name, None, opts)
        folder = machine.directory() / "charts"
        store = Store(config=args.config, project=args.project, folder=folder)
        target = Target(version=args.version, apis=())
        obtained = obtain(args.releases.values(), store, target)
        for origin, release in args.releases.items():
            wanted = ChartArgs(release=release, obtained=obtained[release.name], origin=origin)
            Chart(release.name, wanted, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
