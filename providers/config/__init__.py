"""The stack file's `cluster` section, and the base that every section shares."""

from providers.config.existing import ExistingConfig
from providers.config.reference import PlatformReference
from providers.config.section import Section

ClusterConfig = ExistingConfig
"""One model per provider, told apart by `provider`."""

__all__ = ["ClusterConfig", "ExistingConfig", "PlatformReference", "Section"]
