"""One stack, from its file to its exports: load, provision, platform, data platform."""

from pathlib import Path

import pulumi

from components.config import load
from components.data_platform import DataPlatform, DataPlatformArgs
from components.platform import platform
from providers import provision


async def main() -> pulumi.Inputs:
    """Build the stack that the engine has selected."""
    stack = load(Path(__file__).parent)
    provider = await provision("cluster", stack.cluster)
    standing = platform("platform", stack, provider)
    DataPlatform(
        "data-platform",
        DataPlatformArgs(
            stack=stack,
            platform=standing.facts,
            cluster=provider.cluster,
            identity=provider.identity,
            shared=standing.shared,
        ),
    )
    return {**standing.outputs, "kubeconfig": provider.cluster.kubeconfig}


pulumi.run(main)
