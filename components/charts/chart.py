"""A chart's objects as components: the kinds that it defines, and all the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi

from assurance.graph.values import Gvk
from components.charts.obtaining import Obtained
from components.charts.release import Release
from components.manifests import Manifest, Registered, register
from components.manifests.custom import CustomKind
from components.manifests.keys import gvk_of
from components.manifests.schemas import built_in


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionsArgs:
    """Which custom kinds, and who asks for them."""

    definitions: Mapping[str, tuple[Manifest, ...]]
    """By the stack file's key that asks for them."""


class Definitions(pulumi.ComponentResource):
    """The custom kinds of all charts. They stay when the stack goes: their objects go with them."""

    def __init__(
        self, name: str, args: DefinitionsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ml-platform:charts:Definitions", name, None, opts)
        for origin, definitions in args.definitions.items():
            register(self, definitions, origin=origin)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartArgs:
    """Which release, and what it consists of."""

    release: Release
    obtained: Obtained
    origin: str
    """The stack file's key that asks for it."""
    after: tuple[pulumi.Resource, ...] = ()
    """What has to be there before its pods are."""


class Chart(pulumi.ComponentResource):
    """Every object of one release; nothing is run on the cluster to install it."""

    registered: Registered

    def __init__(
        self, name: str, args: ChartArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        pin = args.release.pin
        told = {"chart": pin.label, "assumed": args.obtained.assumed}
        super().__init__("ml-platform:charts:Chart", name, told, opts)
        self.registered = register(
            self,
            args.obtained.objects,
            origin=args.origin,
            custom=_custom(args.obtained.objects),
            after=args.after,
        )
        self.register_outputs(told)


def _custom(objects: Iterable[Manifest]) -> Mapping[Gvk, CustomKind]:
    """A chart's own custom resources are its makers': the API server judges them, not we."""
    kinds = {gvk_of(each): "namespace" in each["metadata"] for each in objects}
    return {
        gvk: CustomKind(schema={"type": "object"}, namespaced=namespaced)
        for gvk, namespaced in kinds.items()
        if gvk not in built_in()
    }
