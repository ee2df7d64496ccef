"""Public names, as the stack file spells them."""

from typing import Literal

from components.cluster.section import SizeConfig
from providers.config.section import Section

DNS = "platform.dns"
"""The section's key."""


class DnsConfig(Section):
    """external-dns: each of the gateway's names is a record in the cluster's public zone."""

    policy: Literal["upsert-only", "sync"] = "upsert-only"
    """`upsert-only`: a record is never deleted, whatever becomes of the platform. `sync`: a name
    that the gateway no longer has loses its record, if this stack has written it."""
    size: SizeConfig = SizeConfig(cpu="10m", memory="128Mi")
    """What its one pod asks for."""
