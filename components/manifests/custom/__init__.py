"""Custom resources that this program writes: one module for each API group, all of them here.

The sandbox's stub CRDs carry the same schemas: the API server there refuses what is refused here.
"""

from typing import Final

from assurance.graph.values import Gvk
from components.manifests.custom.cert_manager import CERT_MANAGER
from components.manifests.custom.cloudnative_pg import CLOUDNATIVE_PG
from components.manifests.custom.external_secrets import EXTERNAL_SECRETS
from components.manifests.custom.gateway import ENVOY_GATEWAY, GATEWAY_API
from components.manifests.custom.kind import CustomKind
from components.manifests.custom.kserve import KSERVE
from components.manifests.custom.monitoring import MONITORING
from components.manifests.custom.sealed_secrets import SEALED_SECRETS

__all__ = ["KINDS", "CustomKind"]

KINDS: Final[dict[Gvk, CustomKind]] = {
    **CERT_MANAGER,
    **CLOUDNATIVE_PG,
    **ENVOY_GATEWAY,
    **EXTERNAL_SECRETS,
    **GATEWAY_API,
    **KSERVE,
    **MONITORING,
    **SEALED_SECRETS,
}
"""By group, version and kind."""
