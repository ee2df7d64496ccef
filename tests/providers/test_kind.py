"""A kind cluster: what kind is told, and what a change to the stack file does to it."""

import json
import pickle
from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assurance.graph.values import bytes_of, millicores_of
from providers.config import KindConfig
from providers.kind.cluster import KindNodes, node_args
from providers.kind.commands import CommandError
from providers.kind.document import Machine, TooSmallError, document, on_machine
from providers.kind.provider import KindProvider

MACHINE = Machine(cpu=8000, memory=32 * 2**30)


def config(**keys: Any) -> KindConfig:
    return KindConfig.model_validate({"provider": "kind", **keys})


def as_floats(value: Any) -> Any:
    """How the engine's protocol hands numbers over."""
    return json.loads(json.dumps(value), parse_int=float)


def test_one_control_plane_and_four_workers_stand_where_the_stack_file_says_nothing() -> None:
    nodes = document(config())["nodes"]
    assert [node["role"] for node in nodes] == ["control-plane", *["worker"] * 4]
    pools = [node["labels"]["ml-platform/pool"] for node in nodes[1:]]
    assert sorted(pools) == ["data", "gpu", "platform", "serving"]


def test_every_port_is_open_on_this_machine_alone() -> None:
    for mapping in document(config())["nodes"][0]["extraPortMappings"]:
        assert IPv4Network(mapping["listenAddress"]).is_loopback
    assert IPv4Network(document(config())["networking"]["apiServerAddress"]).is_loopback


@given(
    cpu=some.integers(100, 8000),
    memory=some.integers(2**20, 32 * 2**30),
)
def test_a_node_keeps_for_the_system_what_it_is_not_to_offer(cpu: int, memory: int) -> None:
    wanted = config(node={"cpu": f"{cpu}m", "memory": str(memory)})
    whole = on_machine(document(wanted), wanted.node.model_dump(), MACHINE)
    [patch] = whole["kubeadmConfigPatches"]
    reserved = json.loads(patch)["systemReserved"]
    assert MACHINE.cpu - millicores_of(reserved["cpu"]) == cpu
    assert MACHINE.memory - bytes_of(reserved["memory"]) == memory


@pytest.mark.parametrize("node", [{"cpu": 9}, {"memory": "33Gi"}])
def test_a_node_larger_than_the_machine_is_refused_with_both_sizes(node: dict[str, Any]) -> None:
    wanted = config(node=node)
    with pytest.raises(TooSmallError, match=r"8 CPU and 32768Mi"):
        on_machine(document(wanted), wanted.node.model_dump(), MACHINE)


def compared(**keys: Any) -> bool:
    """What the engine asks before it changes a cluster with two GPUs."""
    gpus = {"pools": {"gpu": {"gpu": 2}}}
    old, new = node_args("c", config(**gpus)), node_args("c", config(**(gpus | keys)))
    return bool(KindProvider().diff("c", as_floats(old), as_floats(new)).changes)


def test_what_nodes_claim_changes_on_a_running_cluster() -> None:
    assert not compared()
    assert compared(pools={"gpu": {"gpu": 3}})


@pytest.mark.parametrize(
    ("keys", "differs"),
    [
        ({"pools": {"gpu": {"gpu": 2, "nodes": 2}}}, "document"),
        ({"node": {"cpu": 1}}, "node"),
        ({"version": "1.36"}, "document"),
        ({"registry": 5002}, "registry"),
    ],
)
def test_what_takes_another_cluster_is_refused_with_what_to_do(
    keys: dict[str, Any], differs: str
) -> None:
    with pytest.raises(CommandError, match=rf"[(]{differs} differ[)]: destroy the stack"):
        compared(**keys)


def test_the_provider_is_stored_by_its_name_so_that_no_edit_of_it_changes_a_cluster() -> None:
    assert len(pickle.dumps(KindProvider())) < 100
    assert KindNodes._resource_type_name == "dynamic/kind:Cluster"
