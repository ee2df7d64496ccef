"""The internet is public addresses, all of them, and never the cluster itself."""

from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assurance.graph.values import Addresses, Endpoint, Need, Outside, Port
from components.network.needs import TeamNetwork
from components.network.policies import synthesise
from tests.components.network.evaluator import World
from tests.components.network.flows import SOMEBODY
from tests.components.network.worlds import PLAN, case, namespaces


def addresses_in(text: str) -> st.SearchStrategy[str]:
    network = ip_network(text)
    first, last = int(network[0]), int(network[-1])
    return st.integers(first, last).map(
        lambda n: str(IPv4Address(n) if network.version == 4 else ip_address(n))
    )


INTERNET = case({"ads": TeamNetwork(namespace="ads", needs=(Need(to=Outside.INTERNET),))}).world


CLUSTER = [*PLAN.pods, *PLAN.services, *PLAN.nodes, *PLAN.metadata]


@given(addresses_in("0.0.0.0/0") | addresses_in("::/0") | addresses_in("2000::/3"))
def test_internet_is_public_addresses_only(address: str) -> None:
    """Python's own table of the address registries is the judge."""
    if INTERNET.open(SOMEBODY, address, 443, "TCP"):
        assert ip_address(address).is_global
        assert not ip_address(address).is_multicast


@given(addresses_in("1.0.0.0/8") | addresses_in("8.0.0.0/7") | addresses_in("2600::/12"))
def test_internet_is_all_public_addresses(address: str) -> None:
    assume(ip_address(address).is_global)
    assert INTERNET.open(SOMEBODY, address, 443, "TCP")


@given(st.sampled_from(CLUSTER).flatmap(lambda network: addresses_in(str(network))))
def test_internet_is_never_the_cluster_itself(address: str) -> None:
    """Pods and nodes of this plan have public addresses too."""
    assert not INTERNET.open(SOMEBODY, address, 443, "TCP")


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "fd00:ec2::254",
        "64:ff9b::a00:1",
    ],
)
def test_no_cloud_hands_its_credentials_to_a_workload_that_needs_the_internet(address: str) -> None:
    nothing = Addresses(pods=(), services=(), nodes=())
    needs = {"ads": TeamNetwork(namespace="ads", needs=(Need(to=Outside.INTERNET),))}
    world = World(namespaces=namespaces(), policies=tuple(synthesise(needs, {}, nothing)))
    assert not world.open(SOMEBODY, address, 80, "TCP")


def test_a_wide_range_off_the_cluster_does_not_reach_its_pods_and_services() -> None:
    world = case({"ads": TeamNetwork(namespace="ads", needs=(Need(to="cluster.lake"),))}).world
    assert world.open(SOMEBODY, "10.1.2.3", 80, "TCP")
    assert not world.open(SOMEBODY, "10.244.77.1", 80, "TCP")
    assert not world.open(SOMEBODY, "10.96.0.10", 80, "TCP")


def test_a_narrow_range_within_the_cluster_s_own_means_what_it_says() -> None:
    database = Endpoint(
        name="cluster.db", cidrs=(ip_network("172.18.9.9/32"),), ports=(Port(number=5432),)
    )
    asked = {"ads": TeamNetwork(namespace="ads", needs=(Need(to="cluster.db"),))}
    policies = synthesise(asked, {"cluster.db": database}, PLAN)
    world = World(namespaces=namespaces(), policies=tuple(policies))
    assert world.open(SOMEBODY, "172.18.9.9", 5432, "TCP")
    assert not world.open(SOMEBODY, "172.18.9.8", 5432, "TCP")
