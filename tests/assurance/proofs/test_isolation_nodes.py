"""Who is on a node's own network is met where a node is needed, on no other port."""

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


def test_where_pods_and_the_api_server_share_a_range_the_clusters_own_pods_may_be_met() -> None:
    made = isolation(*asked()["prod"])
    assert {finding.status.name for finding in made.findings} == {"PROVED"}
    assert made.population["namespaces of the platform"] >= 2
