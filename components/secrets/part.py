"""Secrets as a part of the platform."""

from components.parts import Part, Site
from components.secrets.external import external_part
from components.secrets.sealed import sealed_part
from components.secrets.section import SEALED, SecretsConfig


def secrets_part(config: SecretsConfig, site: Site) -> Part:
    """Whichever was chosen."""
    return sealed_part(config) if config.kind == SEALED else external_part(config, site)
