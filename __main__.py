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
    facts = platform("platform", stack, provider.cluster)
    DataPlatform(
        "data-platform", DataPlatformArgs(stack=stack, platform=facts, cluster=provider.cluster)
    )
    return {"facts": facts.to_json(), "kubeconfig": provider.cluster.kubeconfig}


pulumi.run(main)
