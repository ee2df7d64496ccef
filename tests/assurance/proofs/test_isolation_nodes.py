"""Who is on a node's own network is met where a node is needed, on no other port."""

from dataclasses import replace
from typing import Any

from assurance.proofs.isolation import isolation
from tests.assurance.proofs.isolated import changed, refuted, sandbox
from tests.assurance.proofs.worlds import Manifest
from tests.rehearsed import asked

NODES = "monitoring/need-nodes.by.prometheus"


def on_ports(*numbers: int) -> Any:
    def change(manifest: Manifest) -> Manifest:
        for rule in manifest["spec"]["egress"]:
            rule["ports"] = [{"protocol": "TCP", "port": number} for number in numbers]
        return manifest

    return change


def test_prometheus_asks_agents_on_every_node_and_nothing_else_there() -> None:
    assert refuted(sandbox()) == {}
    assert refuted(changed(NODES, on_ports(9100, 10250))) == {}
    found = refuted(changed(NODES, on_ports(9100, 10250, 22)))
    assert found["reaches-cluster"].subject == "platform.monitoring/monitoring → nodes"
    assert "node-exporter" in found["team-reaches-team"].message
    assert "TCP 22" in found["team-reaches-team"].message


def test_a_road_to_agents_that_is_shut_is_found() -> None:
    found = refuted(changed(NODES, on_ports(10250)))["declared-flow-closed"]
    assert found.subject == "platform.monitoring/monitoring/prometheus → nodes"


def test_where_nodes_and_pods_share_a_range_only_those_who_call_from_elsewhere_are_let_in() -> None:
    graph, intent = asked()["prod"]
    made = isolation(graph, intent)
    assert {finding.status.name for finding in made.findings} == {"PROVED"}
    assert made.population["namespaces of the platform"] >= 4
    assert intent.addresses is not None
    unsaid = replace(intent, addresses=replace(intent.addresses, webhooks=(), balancers=()))
    found = [f for f in isolation(graph, unsaid).findings if f.status.name != "PROVED"]
    assert {f.rule for f in found} == {
        "isolation/declared-entry-closed",
        "isolation/undeclared-inbound",
    }
    assert {f.subject.partition(" ")[0] for f in found} > {"platform.gateway"}
