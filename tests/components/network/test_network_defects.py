"""A planted defect of the policies does not go unseen."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.values import Need, Outside
from components.network.needs import TeamNetwork
from tests.components.network.evaluator import World, open_flows
from tests.components.network.flows import BY_NAME, wrong
from tests.components.network.worlds import PORTS, case

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
