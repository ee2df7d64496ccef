"""The device plugin runs on nodes with GPUs, wherever these stand apart, and nowhere else."""

import pytest

from components.cluster.gpu import PRESENT, gpu_part
from components.cluster.section import GpuConfig
from components.config import ConfigError
from components.parts import Site
from providers.contract import ClusterFacts
from tests.rehearsed import asked

STACKS = ("dev", "prod", "prod-azure", "sandbox")


def facts(stack: str) -> ClusterFacts:
    intent = asked()[stack][1]
    assert intent.addresses is not None
    return ClusterFacts(name=stack, version="1.35", pools=intent.pools, addresses=intent.addresses)


@pytest.mark.parametrize("stack", STACKS)
def test_every_pool_with_gpus_is_labelled_for_it_but_where_kind_simulates_them(stack: str) -> None:
    pools = [pool for pool in facts(stack).pools if pool.shape.gpu]
    labelled = {pool.name for pool in pools if PRESENT.items() <= pool.labels.items()}
    assert labelled == (set() if stack == "dev" else {pool.name for pool in pools})
    others = [pool for pool in facts(stack).pools if not pool.shape.gpu]
    assert others
    assert [pool.name for pool in others if PRESENT.items() & pool.labels.items()] == []


@pytest.mark.parametrize("stack", STACKS)
def test_its_pods_bear_the_taints_of_those_pools_and_ask_for_no_gpu(stack: str) -> None:
    graph = asked()[stack][0]
    [pod] = [p for p in graph.pods() if p.owner.name == "nvidia-device-plugin"]
    assert {"effect": "NoSchedule", "operator": "Exists"} in pod.spec["tolerations"]
    assert pod.spec["priorityClassName"] == "system-node-critical"
    taints = [t for pool in facts(stack).pools if pool.shape.gpu for t in pool.taints]
    assert {taint.effect for taint in taints} == {"NoSchedule"}
    for container in pod.spec["containers"]:
        assert "nvidia.com/gpu" not in container["resources"]["limits"]


def test_a_cluster_without_gpus_has_no_use_for_it() -> None:
    with pytest.raises(ConfigError) as caught:
        gpu_part(GpuConfig(), Site(cluster=facts("dev")))
    assert "platform.gpu: expected a cluster with a pool that has GPUs" in str(caught.value)
