"""The one place that knows which providers exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never

import pulumi

from providers.config import (
    AksConfig,
    ClusterConfig,
    EksConfig,
    ExistingConfig,
    KindConfig,
    PlatformReference,
)
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
        case EksConfig():
            with needing("pulumi_aws", "aws"):
                from providers.eks import EksCluster

            return EksCluster(name, config, opts)
        case AksConfig():
            with needing("pulumi_azure_native", "azure"):
                from providers.aks import AksCluster

            return AksCluster(name, config, opts)
        case PlatformReference():
            from providers.referenced import referenced_cluster

            return await referenced_cluster(name, config, opts)
        case _:
            assert_never(config)


@contextmanager
def needing(sdk: str, extra: str) -> Iterator[None]:
    """Say how a cloud's SDK is had, where it is the one thing that is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != sdk:
            raise
        message = (
            f"this stack needs {sdk}, which is not installed: pip install 'ml-platform[{extra}]', "
            f"or in a clone: make setup STACK={pulumi.get_stack()}"
        )
        raise pulumi.RunError(message) from None
