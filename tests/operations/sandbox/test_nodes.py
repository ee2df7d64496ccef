"""Simulated nodes promise exactly what the pools do."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import Pool, Shape, Taint, bytes_of, millicores_of
from operations.errors import UserError
from operations.sandbox import nodes
from operations.sandbox.spec import SandboxSpec

shapes = st.builds(
    Shape,
    cpu=st.integers(1, 512_000),
    memory=st.integers(1, 2**44),
    pods=st.integers(1, 500),
    gpu=st.integers(0, 16),
    gpu_type=st.just("nvidia.com/gpu"),
    storage=st.integers(0, 2**44),
)
pools = st.lists(
    st.builds(
        Pool,
        name=st.text("abcdefgh", min_size=1, max_size=8),
        shape=shapes,
        min=st.integers(0, 5),
        max=st.just(9),
        zones=st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple),
    ),
    unique_by=lambda pool: pool.name,
    max_size=4,
).map(tuple)


def spec(*promised: Pool, **changes: Any) -> SandboxSpec:
    fields: dict[str, Any] = {
        "name": "s",
        "pools": promised,
        "pods": ip_network("10.128.0.0/14"),
        "services": ip_network("10.96.0.0/16"),
        "nodes": ip_network("192.168.0.0/24"),
    }
    return SandboxSpec(**(fields | changes))


def pool(**changes: Any) -> Pool:
    fields: dict[str, Any] = {
        "name": "general",
        "shape": Shape(cpu=4000, memory=2**34),
        "min": 2,
        "max": 2,
    }
    return Pool(**(fields | changes))


@given(pools)
def test_what_a_node_offers_is_its_pool_s_shape_read_back_by_kubernetes_rules(
    promised: tuple[Pool, ...],
) -> None:
    made = nodes.plan(spec(*promised), ()).create
    assert len(made) == sum(each.min for each in promised)
    by_name = {each.name: each.shape for each in promised}
    for node in made:
        shape = by_name[node["metadata"]["name"].rpartition("-")[0]]
        offer = dict(node["status"]["allocatable"])
        assert millicores_of(offer.pop("cpu")) == shape.cpu
        assert bytes_of(offer.pop("memory")) == shape.memory
        assert int(offer.pop("pods")) == shape.pods
        assert int(offer.pop("nvidia.com/gpu", "0")) == shape.gpu
        storage = bytes_of(offer.pop("ephemeral-storage"))
        assert storage == shape.storage or (storage > 0 and not shape.storage)
        assert not offer
        assert node["status"]["capacity"] == node["status"]["allocatable"]


@given(pools)
def test_what_was_made_needs_no_change(promised: tuple[Pool, ...]) -> None:
    made = nodes.plan(spec(*promised), ()).create
    again = nodes.plan(spec(*promised), nodes.existing(made))
    assert again == nodes.Plan(delete=(), create=())


@given(before=pools, after=pools)
def test_from_any_pools_to_any_others_in_one_plan_with_addresses_of_their_own(
    before: tuple[Pool, ...], after: tuple[Pool, ...]
) -> None:
    there = {n["metadata"]["name"]: n for n in nodes.plan(spec(*before), ()).create}
    steps = nodes.plan(spec(*after), nodes.existing(there.values()))
    for name in steps.delete:
        del there[name]
    for node in steps.create:
        assert node["metadata"]["name"] not in there
        there[node["metadata"]["name"]] = node
    settled = nodes.plan(spec(*after), nodes.existing(there.values()))
    assert settled == nodes.Plan(delete=(), create=())
    addresses = [node["status"]["addresses"][0]["address"] for node in there.values()]
    assert len(set(addresses)) == len(addresses)
    assert all(ip_address(address) in ip_network("192.168.0.0/24") for address in addresses)


def test_zones_take_turns_and_labels_and_taints_are_the_pool_s() -> None:
    promised = pool(
        min=3,
        zones=("a", "b"),
        labels={"ml-platform/pool": "general", "disk": "fast"},
        taints=(Taint(key="gpu", value="yes", effect="NoExecute"),),
    )
    made = nodes.plan(spec(promised), ()).create
    labels = [node["metadata"]["labels"] for node in made]
    assert [each["topology.kubernetes.io/zone"] for each in labels] == ["a", "b", "a"]
    assert {each["disk"] for each in labels} == {"fast"}
    assert [each["kubernetes.io/hostname"] for each in labels] == [
        "general-0",
        "general-1",
        "general-2",
    ]
    assert made[0]["spec"]["taints"] == [{"key": "gpu", "value": "yes", "effect": "NoExecute"}]


@pytest.mark.parametrize(
    "changed",
    [
        pool(shape=Shape(cpu=4001, memory=2**34)),
        pool(labels={"a": "b"}),
        pool(taints=(Taint(key="t"),)),
        pool(zones=("z",)),
    ],
)
def test_a_pool_that_changes_replaces_its_nodes(changed: Pool) -> None:
    there = nodes.existing(nodes.plan(spec(pool()), ()).create)
    steps = nodes.plan(spec(changed), there)
    assert steps.delete == ("general-0", "general-1")
    assert [node["metadata"]["name"] for node in steps.create] == ["general-0", "general-1"]


def test_a_pool_that_grows_or_shrinks_leaves_the_other_nodes_alone() -> None:
    there = nodes.existing(nodes.plan(spec(pool()), ()).create)
    grown = nodes.plan(spec(replace(pool(), min=3, max=3)), there)
    assert (grown.delete, len(grown.create)) == ((), 1)
    shrunk = nodes.plan(spec(replace(pool(), min=1)), there)
    assert shrunk == nodes.Plan(delete=("general-1",), create=())


def test_a_node_that_somebody_else_made_is_left_alone() -> None:
    foreign = {"metadata": {"name": "mine"}, "status": {}}
    assert nodes.existing([foreign]) == ()


def test_more_nodes_than_addresses_is_a_fault_that_names_the_key() -> None:
    crowded = spec(pool(min=20, max=20), nodes=ip_network("192.168.0.0/28"))
    with pytest.raises(UserError, match=r"addresses\.nodes: 192\.168\.0\.0/28 is too small"):
        nodes.plan(crowded, ())
