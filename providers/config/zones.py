"""Public DNS zones, as a cluster of each cloud names the one that it answers in."""

from typing import Annotated

from providers.config.scalars import Domain, text
from providers.config.section import Section

HostedZoneId = Annotated[
    str, *text(r"Z[A-Z0-9]{1,31}", 32, "a hosted zone's id such as Z0123456789ABCDEFGHIJ", "Z1")
]
"""How Route 53 names a zone."""
ResourceGroup = Annotated[
    str,
    *text(
        r"[-A-Za-z0-9_.()]{0,89}[-A-Za-z0-9_()]", 90, "a resource group's name such as dns", "dns"
    ),
]
"""Where on Azure a zone is."""


class ZoneConfig(Section):
    """A public DNS zone."""

    name: Domain
    """The domain; its registrar has to point to the zone's name servers."""

    @property
    def lacking(self) -> str | None:
        """The key without which nobody can be let into this one zone; None if it has all."""
        return None


class EksZoneConfig(ZoneConfig):
    """A public hosted zone of Route 53."""

    id: HostedZoneId | None = None
    """The zone that is there already; left out, one is made, which nothing on the cluster may
    write into: rights are on one zone by its id, and that of a new one is not known yet."""

    @property
    def lacking(self) -> str | None:
        """Its id."""
        return "id" if self.id is None else None


class AksZoneConfig(ZoneConfig):
    """A public zone of Azure DNS."""

    resource_group: ResourceGroup | None = None
    """Where the zone is already; left out, one is made in the cluster's own resource group."""
