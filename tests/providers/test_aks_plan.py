"""Before anything is made on Azure: names, subnets, and what a machine leaves to pods."""

import re
from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from providers.aks.names import Names
from providers.config.aks_networks import AksNetworksConfig
from providers.config.aks_pools import SYSTEM, allocatable
from providers.config.vm_sizes import VM_SIZES, VmSize
from tests.providers.azure_counterparts import COUNTERPARTS
from tests.providers.azure_keys import KEYS
from tests.providers.azure_models import address
from tests.providers.azure_world import GI, configured

STACKS = some.from_regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", fullmatch=True)
LIMITS = {
    "group": r"[-\w._()]{1,80}(?<!\.)",
    "nodes_group": r"[-\w._()]{1,80}(?<!\.)",
    "cluster": r"[A-Za-z0-9]([-A-Za-z0-9]{0,52}[A-Za-z0-9])?",
    "unique": r"[a-z][a-z0-9]{4,23}",
}
"""What Azure's page of naming rules allows; `unique` is the strictest of storage accounts, key
vaults, registries, PostgreSQL servers and Redis."""


def taken(**keys: Any) -> bool:
    try:
        configured(**keys)
    except ValidationError:
        return False
    return True


def names(stack: str) -> Names:
    return Names(subscription=KEYS["subscription"], project="ml-platform", stack=stack)


@given(STACKS)
def test_names_are_ones_that_azure_takes_whatever_the_stack_is_called(stack: str) -> None:
    made = names(stack)
    for name, form in LIMITS.items():
        assert re.fullmatch(form, getattr(made, name)), (name, getattr(made, name))
    redis = address(COUNTERPARTS["azure-native:redisenterprise:RedisEnterprise"])
    assert re.search(redis["clusterName"]["pattern"], made.unique)
    for role in ("control-plane", "registry", "network"):
        assert re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9]{1,61})[A-Za-z0-9]", made.of(role))


@given(STACKS, STACKS)
def test_two_stacks_share_no_name_that_is_known_worldwide(one: str, other: str) -> None:
    assert (names(one).unique == names(other).unique) == (names(one).group == names(other).group)
    assert names(one) == names(other) or names(one).id() != names(other).id()


@given(STACKS)
def test_two_subscriptions_share_no_name_that_is_known_worldwide(stack: str) -> None:
    other = Names(subscription=KEYS["tenant"], project="ml-platform", stack=stack)
    assert other.unique != names(stack).unique


@given(some.integers(8, 24), some.integers(0, 2**24 - 1))
def test_subnets_lie_apart_within_the_network_and_are_as_large_as_azure_asks(
    prefix: int, number: int
) -> None:
    vnet = IPv4Network((10 * 2**24 + number, prefix), strict=False)
    cut = AksNetworksConfig.model_validate(
        {"vnet": str(vnet), "pods": "172.16.0.0/16", "services": "192.168.0.0/20"}
    ).subnets()
    pieces = [cut.nodes, cut.api, cut.database, cut.endpoints]
    assert all(piece.subnet_of(vnet) for piece in pieces)
    assert sum(piece.num_addresses for piece in pieces) <= vnet.num_addresses
    for one in pieces:
        assert [other for other in pieces if other.overlaps(one)] == [one]
        assert one.prefixlen <= 28


@given(some.integers(1, 400), some.integers(8, 24), some.integers(8, 24))
@settings(max_examples=60)
def test_a_plan_is_taken_only_if_every_node_finds_its_addresses_while_pools_are_renewed(
    most: int, vnet: int, pods: int
) -> None:
    keys: dict[str, Any] = {
        "networks": {
            "vnet": str(IPv4Network(f"10.0.0.0/{vnet}")),
            "pods": str(IPv4Network(f"100.64.0.0/{max(pods, 10)}")),
            "services": "192.168.0.0/20",
        },
        "pools": {SYSTEM: {"size": "Standard_D4ds_v5", "min": 1, "max": most}},
    }
    nodes = most + -(-most // 3)
    fits = nodes * 2**8 <= 2 ** (32 - max(pods, 10)) and nodes + 5 + 16 <= 2 ** (31 - vnet)
    assert taken(**keys) == fits


@pytest.mark.parametrize(
    ("cores", "kept"), [(2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740)]
)
def test_cores_are_kept_back_as_aks_documents_it(cores: int, kept: int) -> None:
    assert allocatable(VmSize(cores=cores, memory=64 * GI), 110).cpu == cores * 1000 - kept


@pytest.mark.parametrize(("gib", "pods", "kept"), [(8, 30, 650), (64, 110, 2250), (16, 250, 5050)])
def test_memory_is_kept_back_as_aks_documents_it(gib: int, pods: int, kept: int) -> None:
    seen = gib * GI - gib * GI // 25
    expected = seen - min(kept * 10**6, seen // 4) - 100 * 2**20
    assert allocatable(VmSize(cores=4, memory=gib * GI), pods).memory == expected
    assert expected <= gib * GI - min(kept * 10**6, gib * GI // 4) - 100 * 2**20


def test_every_size_leaves_room_for_pods() -> None:
    assert len(VM_SIZES) > 70
    for name, machine in VM_SIZES.items():
        shape = allocatable(machine, 110)
        assert 0 < shape.cpu < machine.cores * 1000, name
        assert machine.memory // 2 < shape.memory < machine.memory, name
        assert name.removeprefix("Standard_").lstrip("ABCDEFN").startswith(str(machine.cores)), name
