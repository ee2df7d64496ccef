"""The stack file's `cluster` section, and the base that every section shares."""

from typing import Annotated

from pydantic import Field

from providers.config.aks import AksConfig
from providers.config.eks import EksConfig
from providers.config.existing import ExistingConfig
from providers.config.kind import KindConfig
from providers.config.reference import PlatformReference
from providers.config.section import Section

ClusterConfig = Annotated[
    ExistingConfig | KindConfig | EksConfig | AksConfig, Field(discriminator="provider")
]
"""One model per provider, told apart by `provider`."""

__all__ = [
    "AksConfig",
    "ClusterConfig",
    "EksConfig",
    "ExistingConfig",
    "KindConfig",
    "PlatformReference",
    "Section",
]
