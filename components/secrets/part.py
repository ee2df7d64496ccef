"""Secrets as a part of the platform."""

from components.parts import Part, Site
from components.secrets.sealed import sealed_part
from components.secrets.section import SecretsConfig


def secrets_part(config: SecretsConfig, _: Site) -> Part:
    """Whichever was chosen."""
    return sealed_part(config)
