"""The one place that knows which providers exist."""

from typing import assert_never

import pulumi

from providers.config import ClusterConfig, ExistingConfig, KindConfig, PlatformReference
from providers.contract import ClusterProvider


async def provision(
    name: str,
    config: ClusterConfig | PlatformReference,
    opts: pulumi.ResourceOptions | None = None,
) -> ClusterProvider:
    """Make, or find, the cluster that a stack file asks for."""
    match config:
        case ExistingConfig():
            from providers.existing import ExistingCluster

            return ExistingCluster(name, config, opts)
        case KindConfig():
            from providers.kind import KindCluster

            return KindCluster(name, config, opts)
        case PlatformReference():
            from providers.referenced import referenced_cluster

            return await referenced_cluster(name, config, opts)
        case _:
            assert_never(config)
