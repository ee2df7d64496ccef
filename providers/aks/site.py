"""Where on Azure everything of a stack is made."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_azure_native as azure

from providers.aks.names import Names
from providers.config import AksConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A resource group, and what is the same for all that is in it."""

    name: str
    """What logical names begin with."""
    config: AksConfig
    names: Names
    parent: pulumi.Resource
    provider: azure.Provider
    group: azure.resources.ResourceGroup

    def options(
        self, *after: pulumi.Resource, protect: bool = False, ignore: tuple[str, ...] = ()
    ) -> pulumi.ResourceOptions:
        """Ids are plain text, so the order is stated: after the group, and after these."""
        return pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.provider,
            depends_on=[self.group, *after],
            protect=(protect and self.config.protected) or None,
            ignore_changes=list(ignore) or None,
        )

    @property
    def within(self) -> dict[str, Any]:
        """What every resource of the group says."""
        return {"resource_group_name": self.names.group}

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
