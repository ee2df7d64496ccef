"""What a cluster's own pods take of every node is not offered to others."""

from collections.abc import Mapping
from typing import Any

import pytest

from assurance.graph.values import Pool, Shape
from providers.config import AksConfig, EksConfig
from providers.config.agents import AKS_AGENTS, EKS_AGENTS, Agent
from providers.config.aks_pools import allocatable
from tests.providers.azure_keys import KEYS

MI = 2**20
LISTED: Mapping[str, tuple[Mapping[str, Agent], set[str], tuple[int, int]]] = {
    "eks": (EKS_AGENTS, {"aws-ebs-csi-driver", "kube-proxy", "vpc-cni"}, (180, 120)),
    "aks": (AKS_AGENTS, set(AKS_AGENTS) - {"cilium"}, (220, 410)),
}
"""What `kubectl describe node` adds up to for some of them on nodes that people have published."""


@pytest.mark.parametrize("provider", LISTED)
def test_requests_add_up_to_those_of_a_published_node(provider: str) -> None:
    agents, names, (cpu, memory) = LISTED[provider]
    there = [agents[name] for name in names]
    assert (sum(a.cpu for a in there), sum(a.memory for a in there)) == (cpu, memory)
    assert all(agent.source for agent in agents.values())


def eks() -> tuple[tuple[Pool, ...], dict[str, Shape]]:
    account, region = "123456789012", "eu-central-1"
    admin = f"arn:aws:iam::{account}:role/deployer"
    keys = {"provider": "eks", "account": account, "region": region, "admins": [admin]}
    config = EksConfig.model_validate(keys)
    return config.pool_values(), {n: p.instance.shape() for n, p in config.pools.items()}


def aks() -> tuple[tuple[Pool, ...], dict[str, Shape]]:
    config = AksConfig.model_validate(KEYS)
    whole = {name: allocatable(p.machine, p.pods) for name, p in config.pools.items()}
    return tuple(p.pool(name, ()) for name, p in config.pools.items()), whole


@pytest.mark.parametrize(
    ("made", "agents"),
    [(eks, EKS_AGENTS), (aks, AKS_AGENTS)],
    ids=["eks", "aks"],
)
def test_pools_offer_what_a_node_has_less_what_runs_on_each(
    made: Any, agents: Mapping[str, Agent]
) -> None:
    pools, whole = made()
    assert pools
    for pool in pools:
        shape, node = pool.shape, whole[pool.name]
        assert node.cpu - shape.cpu == sum(agent.cpu for agent in agents.values())
        assert node.memory - shape.memory == sum(agent.memory for agent in agents.values()) * MI
        assert node.pods - shape.pods == len(agents)
