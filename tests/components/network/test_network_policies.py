"""What the policies open, judged by an evaluator that knows nothing of how they are made."""

from dataclasses import replace
from ipaddress import ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import Addresses, Endpoint, Need, Outside, Port
from components.config.faults import ConfigError
from components.manifests.validation import faults
from components.network.needs import TeamNetwork
from components.network.policies import in_namespace, synthesise
from tests.components.network.evaluator import Pod
from tests.components.network.flows import BY_NAME, OURS, SOMEBODY, wrong
from tests.components.network.worlds import (
    ENDPOINTS,
    PLAN,
    TEAMS,
    WORKLOADS,
    case,
    namespaces,
    teams,
)


@given(teams())
def test_exactly_the_declared_flows_are_open(asked: dict[str, TeamNetwork]) -> None:
    one = case(asked)
    assert list(wrong(one, one.world)) == []
    for target, outside in product(OURS, ("203.0.113.7", "10.0.0.1", "172.18.0.2")):
        assert not one.world.open(outside, target, 5432, "TCP")


@given(teams(), st.randoms(use_true_random=False))
def test_the_policies_do_not_depend_on_the_order_of_anything(
    asked: dict[str, TeamNetwork], random: Any
) -> None:
    shuffled = {
        name: replace(team, needs=tuple(random.sample(team.needs, len(team.needs))))
        for name, team in random.sample(sorted(asked.items()), len(asked))
    }
    assert synthesise(shuffled, ENDPOINTS, PLAN) == synthesise(asked, ENDPOINTS, PLAN)


@given(teams())
def test_kubernetes_takes_every_policy_and_no_two_share_a_name(
    asked: dict[str, TeamNetwork],
) -> None:
    policies = synthesise(asked, ENDPOINTS, PLAN)
    assert [fault for policy in policies for fault in faults(policy)] == []
    names = [(p["metadata"]["namespace"], p["metadata"]["name"]) for p in policies]
    assert len(names) == len(set(names))


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
