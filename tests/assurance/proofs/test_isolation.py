"""Isolation of teams by their policies, decided; and what keeps it undecided."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker
from assurance.graph.values import Addresses, Capability, Endpoint, Need, Outside, Port
from assurance.proofs.findings import Finding, Result, Status
from assurance.proofs.isolation import isolation
from tests.assurance.proofs.isolated import (
    DNS,
    OPEN,
    SHUT,
    SYSTEM,
    changed,
    closed,
    deployment,
    refuted,
    teams,
    unknown,
)
from tests.assurance.proofs.worlds import Manifest, graph, policy


def test_two_closed_teams_are_proved_apart() -> None:
    found = isolation(
        graph(*closed("red"), *closed("blue")), teams("red", "blue", open_within=False)
    )
    assert {f.status for f in found.findings} == {Status.PROVED}


def test_without_policies_everybody_reaches_everybody() -> None:
    found = refuted(
        graph(deployment("red", "api"), deployment("blue", "api")), teams("red", "blue")
    )
    assert found["team-reaches-team"].witness["egress"] == [OPEN]
    assert found["team-reaches-team"].witness["ports"] == "every port"
    assert "reaches-cluster" in found


def test_where_nobody_states_the_resolver_all_of_its_usual_namespace_may_be_it() -> None:
    wide = {**DNS, "to": [{"namespaceSelector": SYSTEM}]}
    given = graph(*closed("red"), policy("red", "wide", policyTypes=["Egress"], egress=[wide]))
    assert refuted(given, teams("red", open_within=False)) == {}
    assert set(refuted(given, needing())) == {"undeclared-open"}


def test_a_need_by_one_workload_is_not_the_need_of_another() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "blue"}}}
    back = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "red"}}}
    ports = [{"port": 80}]
    given = graph(
        *closed("red"),
        deployment("red", "other"),
        *closed("blue"),
        policy("red", "out", policyTypes=["Egress"], egress=[{"to": [peer], "ports": ports}]),
        policy("blue", "in", ingress=[{"from": [back], "ports": ports}]),
    )
    endpoint = Endpoint(
        name="team.blue.api",
        namespace="blue",
        labels={"ml-platform/workload": "api"},
        ports=(Port(number=80),),
    )

    def asked(by: str | None, **labels: str) -> Intent:
        """Red needs the pods of blue that have these labels."""
        intent = teams("red", "blue", open_within=False)
        red = replace(intent.teams["red"], needs=(Need(to="team.blue.api", by=by),))
        return replace(
            intent,
            teams={**intent.teams, "red": red},
            endpoints={"team.blue.api": replace(endpoint, labels=labels)},
        )

    assert refuted(given, asked(None)) == {}
    by_another = refuted(given, asked("api"))["team-reaches-team"]
    assert by_another.witness["source"] == "red/Deployment other"
    to_another = refuted(given, asked(None, **endpoint.labels))["team-reaches-team"]
    assert to_another.witness["target"] == "blue/any other pod"


PLAN = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"),),
    nodes=(ip_network("10.128.0.0/24"),),
)


def egress(*blocks: str, **block: Any) -> Graph:
    to = [{"ipBlock": {"cidr": cidr, **block}} for cidr in blocks]
    return graph(*closed("red"), policy("red", "out", policyTypes=["Egress"], egress=[{"to": to}]))


def needing(*needs: Need, plan: Addresses | None = PLAN, **more: Any) -> Intent:
    intent = teams("red", needs=needs, open_within=False)
    return replace(intent, addresses=plan, capabilities=frozenset(Capability), **more)


@pytest.mark.parametrize(
    ("cidr", "goal"),
    [
        ("169.254.0.0/16", "the metadata service"),
        ("10.128.0.7/32", "nodes"),
        ("10.96.0.0/12", "services"),
        ("10.244.3.0/24", "pods"),
        ("fd00:ec2::/64", "the metadata service"),
    ],
)
def test_the_internet_is_never_the_cluster_itself(cidr: str, goal: str) -> None:
    found = refuted(egress(cidr), needing(Need(to=Outside.INTERNET)))
    assert found["reaches-cluster"].subject == f"red → {goal}"
    assert found["reaches-cluster"].witness["egress"] == ["red/out"]


def test_an_address_that_nobody_needs_is_refuted() -> None:
    assert "undeclared-addresses" in refuted(egress("8.8.8.8/32"), needing())
    assert "undeclared-addresses" in refuted(
        egress("8.8.8.8/32"), needing(Need(to=Outside.INTERNET, ports=(Port(number=443),)))
    )


def test_anywhere_is_shown_by_an_address_that_somebody_can_have() -> None:
    found = refuted(egress("0.0.0.0/0"), needing())["undeclared-addresses"]
    assert found.witness["target"] == "1.0.0.0"
    assert "(such as 1.0.0.0)" in found.message


def test_addresses_off_the_cluster_are_open_as_declared_and_no_further() -> None:
    lake = Endpoint(
        name="cluster.lake", cidrs=(ip_network("10.0.0.0/8"),), ports=(Port(number=80),)
    )
    intent = needing(Need(to="cluster.lake"), endpoints={"cluster.lake": lake})
    inner = ["10.244.0.0/16", "10.96.0.0/16", "10.128.0.0/24"]
    to = [{"ipBlock": {"cidr": "10.0.0.0/8", "except": inner}}]
    rule = {"to": to, "ports": [{"port": 80}]}
    right = graph(*closed("red"), policy("red", "out", policyTypes=["Egress"], egress=[rule]))
    assert refuted(right, intent) == {}
    wide = {"reaches-cluster", "undeclared-addresses", "undeclared-open"}
    assert set(refuted(egress("10.0.0.0/8"), intent)) == wide
    assert set(refuted(egress("10.1.0.0/16"), intent)) >= {"declared-flow-closed"}


def test_a_pod_on_its_node_s_network_is_refuted() -> None:
    given = graph(*closed("red"), deployment("red", "agent", hostNetwork=True))
    assert refuted(given, teams("red", open_within=False))["host-network"].subject == (
        "red/Deployment agent"
    )


def test_what_is_not_known_is_neither_proved_nor_refuted() -> None:
    hidden = policy("blue", "odd", podSelector={"matchLabels": {"app": Marker.UNKNOWN}})
    found = isolation(graph(*closed("red"), *closed("blue"), hidden), teams("red", "blue"))
    assert Status.PROVED not in {f.status for f in packets(found)}
    assert "NetworkPolicy blue/odd" in {f.subject for f in found.findings}


@pytest.mark.parametrize(
    "pod",
    [
        {"containers": Marker.UNKNOWN},
        {"containers": [Marker.UNKNOWN]},
        {"containers": [{"ports": Marker.UNKNOWN}]},
        {"containers": [{"ports": [{"name": "http", "containerPort": Marker.UNKNOWN}]}]},
        {"containers": [{"ports": [{"name": Marker.UNKNOWN, "containerPort": 80}]}]},
        {"hostNetwork": Marker.UNKNOWN},
    ],
    ids=str,
)
def test_a_pod_of_which_something_decisive_is_not_known_is_named(pod: Manifest) -> None:
    found = isolation(graph(*closed("red"), deployment("red", "odd", **pod)), teams("red"))
    assert Status.PROVED not in {f.status for f in packets(found)}
    assert "Deployment red/odd" in {f.subject for f in found.findings}


def test_what_is_not_known_of_a_pod_s_volumes_is_named() -> None:
    odd = deployment("red", "odd")
    odd["spec"]["template"]["spec"] = Marker.UNKNOWN
    found = isolation(graph(*closed("red"), odd), teams("red", open_within=False))
    assert Status.PROVED not in {f.status for f in found.findings}
    unknown_volumes = {f.rule for f in found.findings if f.subject == "Deployment red/odd"}
    assert unknown_volumes == {"isolation/not-evaluated", "isolation/volume-unknown"}


def packets(found: Result) -> list[Finding]:
    """What is said about packets; who shares volumes is another question."""
    return [f for f in found.findings if f.rule != "isolation/volume-shared"]


def test_a_cluster_that_enforces_nothing_proves_nothing() -> None:
    given, intent = graph(*closed("red")), needing()
    assert unknown(given, intent) == {}
    lax = isolation(given, replace(intent, capabilities=frozenset()))
    assert {f.status for f in packets(lax)} == {Status.UNKNOWN}


def test_without_an_address_plan_what_blocks_reach_is_not_known() -> None:
    assert "address-plan" in unknown(egress("10.0.0.0/8"), needing(plan=None))


def test_no_pods_is_nothing_to_decide() -> None:
    found = isolation(graph(policy("red", "deny", **SHUT)), teams("red"))
    assert "isolation/nothing-to-decide" in {f.rule for f in found.findings}
    assert Status.PROVED not in {f.status for f in found.findings}


def test_a_namespace_selector_that_no_namespace_has_is_listed() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"name": "ingress-nginx"}}}
    given = graph(*closed("red"), policy("red", "web", ingress=[{"from": [peer]}]))
    found = unknown(given, teams("red", open_within=False))["policy-selects-nothing"]
    assert "metadata.name" in found.remedy


def test_a_role_that_is_bound_in_another_team_s_namespace_is_refuted() -> None:
    def moved(manifest: Manifest) -> Manifest:
        return {**manifest, "metadata": {**manifest["metadata"], "namespace": "tenant-a"}}

    found = refuted(changed("fraud/team-edit", moved, kind="RoleBinding"))["access-to-others"]
    assert "Group fraud-engineers (of fraud) may" in found.message
    assert found.origin.config == "teams.fraud"


@pytest.mark.parametrize(
    ("group", "kind", "namespace"),
    [
        ("cilium.io", "CiliumNetworkPolicy", "red"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy", None),
        ("projectcalico.org", "NetworkPolicy", "red"),
        ("projectcalico.org", "GlobalNetworkPolicy", None),
        ("policy.networking.k8s.io", "AdminNetworkPolicy", None),
    ],
)
def test_what_another_kind_of_policy_opens_is_not_passed_over(
    group: str, kind: str, namespace: str | None
) -> None:
    place = {"namespace": namespace} if namespace else {}
    foreign = {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "p", **place}}
    found = unknown(graph(*closed("red"), *closed("blue"), foreign), teams("red", "blue"))
    assert {"not-evaluated", "team-reaches-team", "reaches-cluster"} <= set(found)


@pytest.mark.parametrize(
    ("kind", "name"), [("StagedNetworkPolicy", "p"), ("NetworkPolicy", "knp.default.deny")]
)
def test_a_policy_that_does_nothing_of_its_own_changes_nothing(kind: str, name: str) -> None:
    metadata = {"name": name, "namespace": "red"}
    idle = {"apiVersion": "projectcalico.org/v3", "kind": kind, "metadata": metadata}
    found = unknown(graph(*closed("red"), *closed("blue"), idle), teams("red", "blue"))
    assert "not-evaluated" not in found
