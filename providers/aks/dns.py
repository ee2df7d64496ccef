"""The public DNS zone of a domain."""

from providers.aks.site import Site


def public_zone(site: Site) -> None:
    """A zone, if the stack has a domain; its name servers are Azure's choice."""
    if site.config.domain is not None:
        site.make(
            "dns:Zone",
            "domain",
            {**site.everywhere, "zoneName": site.config.domain, "zoneType": "Public"},
            protect=True,
        )
