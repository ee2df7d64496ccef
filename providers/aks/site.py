"""Where on Azure everything of a stack is made, and the one way in which it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from providers.aks.names import Names
from providers.config import AksConfig

Properties = Mapping[str, Any]
"""Plain, and spelled as azure-native does, which is nearly as Azure's documentation does."""


class Made(pulumi.CustomResource):
    """A resource of azure-native.

    Not of the SDK's own class: those are loaded a thousand at a time, and each gives a resource an
    alias for every version of Azure's API there ever was; together that costs a rehearsal seconds.
    """

    def __init__(
        self, kind: str, name: str, properties: Properties, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__(f"azure-native:{kind}", name, dict(properties), opts)

    def output(self, key: str) -> pulumi.Output[Any]:
        """What Azure says of it once it is there; asked for by a property that is None."""
        found: pulumi.Output[Any] = self.__dict__[key]
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A resource group, and what is the same for all that is in it."""

    name: str
    """What logical names begin with."""
    config: AksConfig
    names: Names
    parent: pulumi.Resource
    provider: pulumi.ProviderResource
    group: pulumi.Resource

    def make(
        self,
        kind: str,
        role: str,
        properties: Properties,
        *after: pulumi.Resource,
        protect: bool = False,
        ignore: tuple[str, ...] = (),
    ) -> Made:
        """Make it. Ids are plain text, so the order is stated: after the group, and after these."""
        options = pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.provider,
            depends_on=[self.group, *after],
            protect=(protect and self.config.protected) or None,
            ignore_changes=list(ignore) or None,
        )
        return Made(kind, f"{self.name}-{role}", properties, options)

    def ask(self, function: str, arguments: Properties) -> pulumi.Output[Any]:
        """Ask Azure; not before what the arguments come from is there."""
        options = pulumi.InvokeOutputOptions(parent=self.parent, provider=self.provider)
        answer: pulumi.Output[Any] = pulumi.runtime.invoke_output(
            f"azure-native:{function}", dict(arguments), options
        )
        return answer

    @property
    def within(self) -> dict[str, Any]:
        """What every resource of the group says."""
        return {"resourceGroupName": self.names.group}

    @property
    def placed(self) -> dict[str, Any]:
        """What says it that has a location."""
        return {**self.within, "location": self.config.region, "tags": self.tags}

    @property
    def everywhere(self) -> dict[str, Any]:
        """What says it that Azure keeps in no region."""
        return {**self.within, "location": "global", "tags": self.tags}

    @property
    def tags(self) -> dict[str, str]:
        """By which somebody knows whose it is."""
        return {"managed-by": "ml-platform", "ml-platform-stack": self.names.stack}
