"""Certificates, as the stack file spells them."""

from typing import Annotated

from components.cluster.section import SizeConfig
from providers.config.scalars import DnsName, Url, text
from providers.config.section import Section

CERTIFICATES = "platform.certificates"
"""The section's key."""

Email = Annotated[
    str,
    *text(
        r"[^\s@]+@(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}",
        254,
        "an e-mail address such as platform@example.com",
        "platform@example.com",
    ),
]
"""Where somebody reads what is written to it."""


class PublicConfig(Section):
    """A public authority that speaks ACME, and what it is told of us."""

    domain: DnsName
    """It vouches for this name and for those below it. Where the cluster has a zone, it is shown
    that by records there, also for `*`; else it asks each name over HTTP, through the gateway."""
    email: Email
    """Whom it warns."""
    server: Url = "https://acme-v02.api.letsencrypt.org/directory"
    """Its directory; a staging server's while you try, as others count your attempts."""


class CertificatesConfig(Section):
    """cert-manager, and an authority of the platform's own for names within the cluster."""

    public: PublicConfig | None = None
    """For names that people outside the cluster use; without it they meet our own authority."""
    size: SizeConfig = SizeConfig(cpu="20m", memory="128Mi")
    """What each of its three pods asks for; memory grows with the number of Secrets."""
