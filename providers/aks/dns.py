"""The public DNS zone of a domain."""

import pulumi_azure_native as azure

from providers.aks.site import Site


def public_zone(site: Site) -> None:
    """A zone, if the stack has a domain; its name servers are Azure's choice."""
    if site.config.domain is not None:
        azure.dns.Zone(
            f"{site.name}-domain",
            **site.everywhere,
            zone_name=site.config.domain,
            zone_type=azure.dns.ZoneType.PUBLIC,
            opts=site.options(protect=True),
        )
