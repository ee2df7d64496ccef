"""A chart's objects as a component."""

from dataclasses import dataclass

import pulumi

from components.charts.obtaining import Obtained
from components.charts.release import Release
from components.manifests import Registered, register


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartArgs:
    """Which release, and what it consists of."""

    release: Release
    obtained: Obtained
    origin: str
    """The stack file's key that asks for it."""


class Chart(pulumi.ComponentResource):
    """Every object of one release; nothing is run on the cluster to install it."""

    registered: Registered

    def __init__(
        self, name: str, args: ChartArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        pin = args.release.pin
        told = {"chart": pin.label, "assumed": args.obtained.assumed}
        super().__init__("ml-platform:charts:Chart", name, told, opts)
        self.registered = register(self, args.obtained.objects, origin=args.origin)
        self.register_outputs(told)
