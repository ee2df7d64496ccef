"""Fifty teams, registered as every component registers its objects."""

import os
from pathlib import Path

import pulumi
from objects import manifests

from components.config import load
from components.manifests import adopt, register
from components.platform import on
from providers import provision
from providers.contract import Cluster

TEAMS = int(os.environ.get("ML_PLATFORM_BENCH_TEAMS", "50"))


class Team(pulumi.ComponentResource):
    """A team of the least size."""

    def __init__(self, name: str, cluster: Cluster) -> None:
        intent = {"intent": {"name": name}}
        super().__init__("ml-platform:bench:Team", name, intent, on(cluster, None))
        register(self, manifests(name), origin=f"teams.{name}")
        self.register_outputs(intent)


async def main() -> pulumi.Inputs:
    """Build all teams."""
    stack = load(Path(__file__).parent)
    cluster = (await provision("cluster", stack.cluster)).cluster
    adopt(cluster)
    for number in range(TEAMS):
        Team(f"team-{number:03}", cluster)
    return {"teams": TEAMS}


pulumi.run(main)
