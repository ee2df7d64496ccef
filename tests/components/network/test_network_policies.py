"""What the policies open, judged by an evaluator that knows nothing of how they are made."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from ipaddress import IPv4Address, ip_address, ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assurance.graph.values import Addresses, Endpoint, Need, Outside, Port
from components.config.faults import ConfigError
from components.manifests.validation import faults
from components.network.needs import TeamNetwork
from components.network.policies import in_namespace, synthesise
from tests.components.network.evaluator import Pod, World, open_flows
from tests.components.network.worlds import (
    ENDPOINTS,
    PLAN,
    PORTS,
    TEAMS,
    WORKLOADS,
    Case,
    case,
    namespaces,
    pods,
    teams,
)

PODS = pods()
OURS = [pod for pod in PODS if pod.namespace in TEAMS]
OTHERS = [pod for pod in PODS if pod.namespace not in TEAMS]
BY_NAME = {f"{pod.namespace}/{pod.name}": pod for pod in PODS}


def wrong(one: Case, world: World) -> Iterator[str]:
    """Every connection from or to a team that is open undeclared, or closed though declared."""
    for source, target in product(PODS, PODS):
        if source == target or (source in OTHERS and target in OTHERS):
            continue
        for port, protocol in PORTS:
            is_open = world.open(source, target, port, protocol)
            if is_open != one.declared(source, target, port, protocol):
                word = "open" if is_open else "closed"
                ends = f"{source.namespace}/{source.name} -> {target.namespace}/{target.name}"
                yield f"{word}: {ends}:{port}/{protocol}"


@settings(max_examples=20, deadline=None)
@given(teams())
def test_exactly_the_declared_flows_are_open(asked: dict[str, TeamNetwork]) -> None:
    one = case(asked)
    assert list(wrong(one, one.world)) == []
    for target, outside in product(OURS, ("203.0.113.7", "10.0.0.1", "172.18.0.2")):
        assert not one.world.open(outside, target, 5432, "TCP")


@settings(max_examples=20, deadline=None)
@given(teams(), st.randoms(use_true_random=False))
def test_the_policies_do_not_depend_on_the_order_of_anything(
    asked: dict[str, TeamNetwork], random: Any
) -> None:
    shuffled = {
        name: replace(team, needs=tuple(random.sample(team.needs, len(team.needs))))
        for name, team in random.sample(sorted(asked.items()), len(asked))
    }
    assert synthesise(shuffled, ENDPOINTS, PLAN) == synthesise(asked, ENDPOINTS, PLAN)


@settings(max_examples=20, deadline=None)
@given(teams())
def test_kubernetes_takes_every_policy_and_no_two_share_a_name(
    asked: dict[str, TeamNetwork],
) -> None:
    policies = synthesise(asked, ENDPOINTS, PLAN)
    assert [fault for policy in policies for fault in faults(policy)] == []
    names = [(p["metadata"]["namespace"], p["metadata"]["name"]) for p in policies]
    assert len(names) == len(set(names))


Plant = Callable[[list[dict[str, Any]]], None]


def _without(name: str) -> Plant:
    def plant(policies: list[dict[str, Any]]) -> None:
        before = len(policies)
        policies[:] = [p for p in policies if not p["metadata"]["name"].startswith(name)]
        assert len(policies) < before

    return plant


def _typo_in_selector(policies: list[dict[str, Any]]) -> None:
    serve = next(p for p in policies if p["metadata"]["name"].startswith("serve-team"))
    serve["spec"]["podSelector"] = {"matchLabels": {"ml-platform/workloads": "db"}}


def _selects_by_a_label_that_anybody_sets(policies: list[dict[str, Any]]) -> None:
    for policy in policies:
        for rule in policy["spec"].get("egress", []):
            for peer in rule.get("to", []):
                if "namespaceSelector" in peer:
                    peer["namespaceSelector"] = {"matchLabels": {"name": "kube-system"}}


def _any_namespace(policies: list[dict[str, Any]]) -> None:
    for policy in policies:
        for rule in policy["spec"].get("ingress", []):
            for peer in rule["from"]:
                if "namespaceSelector" in peer:
                    peer["namespaceSelector"] = {}


def _no_ports(policies: list[dict[str, Any]]) -> None:
    for policy in policies:
        for rule in [*policy["spec"].get("ingress", []), *policy["spec"].get("egress", [])]:
            rule.pop("ports", None)


def _lost_peers(policies: list[dict[str, Any]]) -> None:
    for policy in policies:
        for rule in policy["spec"].get("egress", []):
            rule["to"] = []


def _whole_internet(policies: list[dict[str, Any]]) -> None:
    for policy in policies:
        for rule in policy["spec"].get("egress", []):
            for peer in rule.get("to", []):
                if "except" in peer.get("ipBlock", {}):
                    del peer["ipBlock"]["except"]


RICH = {
    "ads": TeamNetwork(namespace="ads", needs=(Need(to="team.fraud.db", by="api"),)),
    "fraud": TeamNetwork(
        namespace="fraud",
        needs=(Need(to=Outside.INTERNET), Need(to="platform.store", by="db")),
        open_within=False,
    ),
    "risk": TeamNetwork(namespace="risk", needs=(Need(to="cluster.warehouse"),)),
}


@pytest.mark.parametrize(
    "plant",
    [
        _without("default-deny"),
        _without("allow-dns"),
        _without("allow-same-team"),
        _without("need-team"),
        _without("need-cluster"),
        _without("serve-platform"),
        _without("serve-team"),
        _typo_in_selector,
        _selects_by_a_label_that_anybody_sets,
        _any_namespace,
        _no_ports,
        _lost_peers,
        _whole_internet,
    ],
)
def test_a_planted_defect_does_not_go_unseen(plant: Plant) -> None:
    """The judge is worth something: each of these has been somebody's outage or somebody's leak."""
    one = case(RICH)
    assert list(wrong(one, one.world)) == []
    planted = deepcopy([dict(policy) for policy in one.policies])
    plant(planted)
    reaches = wrong(one, replace(one, policies=tuple(planted)).world)
    elsewhere = _flows_of_fraud(replace(one, policies=tuple(planted)).world)
    assert any(reaches) or elsewhere != _flows_of_fraud(one.world)


def _flows_of_fraud(world: World) -> set[tuple[str, str, int, str]]:
    """Where the team that needs the internet gets to outside, seen from one of its pods."""
    targets = ["8.8.8.8", "169.254.169.254", "10.96.0.10", "172.18.0.9"]
    return set(open_flows(world, [BY_NAME["fraud/api"]], targets, PORTS))


def _addresses(text: str) -> st.SearchStrategy[str]:
    network = ip_network(text)
    first, last = int(network[0]), int(network[-1])
    return st.integers(first, last).map(
        lambda n: str(IPv4Address(n) if network.version == 4 else ip_address(n))
    )


INTERNET = case({"ads": TeamNetwork(namespace="ads", needs=(Need(to=Outside.INTERNET),))}).world
SOMEBODY = BY_NAME["ads/api"]
CLUSTER = [*PLAN.pods, *PLAN.services, *PLAN.nodes, *PLAN.metadata]


@settings(max_examples=150, deadline=None)
@given(_addresses("0.0.0.0/0") | _addresses("::/0") | _addresses("2000::/3"))
def test_internet_is_public_addresses_only(address: str) -> None:
    """Python's own table of the address registries is the judge."""
    if INTERNET.open(SOMEBODY, address, 443, "TCP"):
        assert ip_address(address).is_global
        assert not ip_address(address).is_multicast


@settings(max_examples=80, deadline=None)
@given(_addresses("1.0.0.0/8") | _addresses("8.0.0.0/7") | _addresses("2600::/12"))
def test_internet_is_all_public_addresses(address: str) -> None:
    assume(ip_address(address).is_global)
    assert INTERNET.open(SOMEBODY, address, 443, "TCP")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CLUSTER).flatmap(lambda network: _addresses(str(network))))
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


def test_the_api_server_is_reached_where_it_is_and_nowhere_else() -> None:
    world = case({"ads": TeamNetwork(namespace="ads", needs=(Need(to=Outside.API_SERVER),))}).world
    assert world.open(SOMEBODY, "172.18.0.2", 6443, "TCP")
    assert not world.open(SOMEBODY, "172.18.0.2", 10250, "TCP")
    assert not world.open(SOMEBODY, "172.18.0.3", 6443, "TCP")


def test_node_local_resolvers_answer_on_53_only() -> None:
    world = case({"ads": TeamNetwork(namespace="ads")}).world
    assert world.open(SOMEBODY, "169.254.20.10", 53, "UDP")
    assert not world.open(SOMEBODY, "169.254.20.10", 80, "TCP")


def test_needs_of_one_thing_share_a_policy_and_all_their_ports_are_open() -> None:
    needs = tuple(Need(to=Outside.INTERNET, ports=(Port(number=n),)) for n in (443, 80))
    world = case({"ads": TeamNetwork(namespace="ads", needs=needs)}).world
    assert world.open(SOMEBODY, "8.8.8.8", 443, "TCP")
    assert world.open(SOMEBODY, "8.8.8.8", 80, "TCP")
    assert not world.open(SOMEBODY, "8.8.8.8", 22, "TCP")
    both = (*needs, Need(to=Outside.INTERNET))
    assert case({"ads": TeamNetwork(namespace="ads", needs=both)}).world.open(
        SOMEBODY, "8.8.8.8", 22, "TCP"
    )


@pytest.mark.parametrize(
    ("need", "plan", "message"),
    [
        (
            Need(to="team.fraud.nothing"),
            PLAN,
            "teams.ads.needs: team.fraud.nothing: no such endpoint",
        ),
        (Need(to=Outside.API_SERVER), replace(PLAN, api_server=()), "cluster.addresses.api_server"),
        (
            Need(to=Outside.INTERNET),
            replace(PLAN, pods=(ip_network("0.0.0.0/0"), ip_network("::/0"))),
            "leave no public address",
        ),
        (
            Need(to="cluster.warehouse", ports=(Port(number=22),)),
            PLAN,
            "port 22 is not one of its ports",
        ),
        (Need(to="cluster.empty", by="api"), PLAN, "teams.ads.workloads.api.needs: cluster.empty"),
    ],
)
def test_a_need_that_nothing_can_be_opened_for_opens_nothing(
    need: Need, plan: Addresses, message: str
) -> None:
    """An empty list of peers or ports would mean everybody and everything."""
    endpoints = {**ENDPOINTS, "cluster.empty": Endpoint(name="cluster.empty", ports=())}
    with pytest.raises(ConfigError, match=message.replace(".", r"\.")):
        synthesise({"ads": TeamNetwork(namespace="ads", needs=(need,))}, endpoints, plan)


def test_every_fault_is_told_at_once() -> None:
    needs = (Need(to="cluster.a"), Need(to="cluster.b", by="api"))
    with pytest.raises(ConfigError) as told:
        synthesise({"ads": TeamNetwork(namespace="ads", needs=needs)}, {}, PLAN)
    assert len(told.value.faults) == 2


def test_a_name_of_any_length_is_one_that_kubernetes_takes_and_stays_the_same() -> None:
    team, workload = "t" * 63, "w" * 63
    target = Endpoint(
        name=f"team.{team}.{workload}",
        namespace=team,
        labels={"ml-platform/workload": workload},
        ports=(Port(number=80),),
    )
    asked = {
        consumer: TeamNetwork(namespace=consumer, needs=(Need(to=target.name, by=by),))
        for consumer in ("a" * 63, "a" * 62 + "b")
        for by in ("x" * 63,)
    }
    policies = synthesise(asked, {target.name: target}, PLAN)
    assert [fault for policy in policies for fault in faults(policy)] == []
    served = [p["metadata"]["name"] for p in in_namespace(policies, team)]
    assert len(set(served)) == len(served) == 2
    assert policies == synthesise(asked, {target.name: target}, PLAN)


def test_an_opening_says_which_key_of_the_stack_file_asked_for_it() -> None:
    asked = {"ads": TeamNetwork(namespace="ads", needs=(Need(to="team.fraud.db", by="api"),))}
    origins = {
        p["metadata"]["name"]: p["metadata"]["annotations"]["ml-platform/config"]
        for p in synthesise(asked, ENDPOINTS, PLAN)
    }
    assert origins["need-team.fraud.db.by.api"] == "teams.ads.workloads.api.needs"
    assert origins["serve-team.fraud.db.to.ads.by.api"] == "teams.ads.workloads.api.needs"
    assert origins["default-deny"] == "teams.ads"


def test_no_policy_selects_a_namespace_by_a_label_that_somebody_could_set() -> None:
    everything = tuple(Need(to=name, by=by) for name in ENDPOINTS for by in (None, *WORKLOADS))
    asked = {team: TeamNetwork(namespace=team, needs=everything) for team in TEAMS}
    selectors = [
        peer["namespaceSelector"]
        for policy in synthesise(asked, ENDPOINTS, PLAN)
        for direction, side in (("ingress", "from"), ("egress", "to"))
        for rule in policy["spec"].get(direction, [])
        for peer in rule[side]
        if "namespaceSelector" in peer
    ]
    assert len(selectors) > 50
    known = namespaces()
    for selector in selectors:
        assert set(selector) == {"matchLabels"}
        assert set(selector["matchLabels"]) == {"kubernetes.io/metadata.name"}
        assert selector["matchLabels"]["kubernetes.io/metadata.name"] in known


def test_the_intruder_would_be_let_in_if_it_were_who_it_says() -> None:
    """The random worlds are only worth something if their intruder is dangerous."""
    pretended = replace(BY_NAME["intruder/api"], namespace="fraud")
    world = case({"fraud": TeamNetwork(namespace="fraud")}).world
    assert world.open(pretended, BY_NAME["fraud/db"], 5432, "TCP")
    assert isinstance(pretended, Pod)
