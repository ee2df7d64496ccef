"""Secrets, as the stack file spells them."""

from typing import Literal

from components.cluster.section import SizeConfig
from providers.config.section import Section

SECRETS = "platform.secrets"
"""The section's key."""
SEALED, EXTERNAL = "sealed", "external"
"""The kinds: with which teams may write SealedSecrets, and `external_secrets`."""


class SecretsConfig(Section):
    """Where teams' secrets come from, besides the encrypted ones of the stack file."""

    kind: Literal["sealed", "external"]
    """`sealed`: SealedSecrets among a team's own manifests, which only this cluster can open.
    `external`: secrets that people put into the cloud's own store, named in `external_secrets`."""
    size: SizeConfig = SizeConfig(cpu="10m", memory="64Mi")
    """What its controller's one pod asks for; memory grows with the number of Secrets."""
