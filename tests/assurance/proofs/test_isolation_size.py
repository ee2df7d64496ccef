"""What isolation costs for many teams: measured, and the same verdict as for few."""

import time
from ipaddress import ip_network

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.values import Addresses, Capability, Endpoint, Need, Outside, Port
from assurance.proofs.findings import Status
from assurance.proofs.isolation import isolation
from components.network.needs import TeamNetwork
from components.network.policies import synthesise
from tests.assurance.proofs.worlds import Manifest, resource

PLAN = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"),),
    nodes=(ip_network("10.128.0.0/24"),),
)
WORKLOADS = 10


def company(teams: int, *, closed: bool = True) -> tuple[Graph, Intent]:
    """Teams of ten workloads; two of each team's need something of two other teams."""
    names = [f"team-{number}" for number in range(teams)]
    endpoints = {
        f"team.{name}.w0": Endpoint(
            name=f"team.{name}.w0",
            namespace=name,
            labels={"ml-platform/workload": "w0"},
            ports=(Port(number=8080),),
        )
        for name in names
    }
    needs = {
        name: (
            Need(to=Outside.INTERNET),
            Need(to=f"team.{names[(number + 1) % teams]}.w0", by="w1"),
            Need(to=f"team.{names[(number + 7) % teams]}.w0", by="w2"),
        )
        for number, name in enumerate(names)
    }
    manifests = [workload(name, f"w{n}") for name in names for n in range(WORKLOADS)]
    if closed:
        asked = {name: TeamNetwork(namespace=name, needs=needs[name]) for name in names}
        manifests += synthesise(asked, endpoints, PLAN)
    intent = Intent(
        teams={name: TeamIntent(namespaces=(name,), needs=needs[name]) for name in names},
        endpoints=endpoints,
        addresses=PLAN,
        capabilities=frozenset({Capability.NETWORK_POLICY}),
    )
    return graph_of(map(resource, manifests), stack="company", mode="warm"), intent


def workload(team: str, name: str) -> Manifest:
    labels = {"ml-platform/workload": name, "ml-platform/team": team}
    containers = [{"name": "c", "ports": [{"name": "http", "containerPort": 8080}]}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": team},
        "spec": {"template": template},
    }


def test_what_is_made_from_needs_is_proved_however_many_teams_there_are() -> None:
    found = isolation(*company(20))
    assert {finding.status for finding in found.findings} == {Status.PROVED}
    assert found.population["pods"] == 200
    open_ones = isolation(*company(20, closed=False))
    refuted = [f.rule for f in open_ones.findings if f.status is Status.REFUTED]
    assert refuted.count("isolation/team-reaches-team") == 20 * 10
    assert {f.witness.get("further teams") for f in open_ones.findings} == {None, 9}


@pytest.mark.bench
@pytest.mark.parametrize(("teams", "goal"), [(100, 0.3), (1000, 5.0)])
@pytest.mark.parametrize("closed", [True, False])
def test_seconds_for_many_teams(teams: int, goal: float, *, closed: bool) -> None:
    graph, intent = company(teams, closed=closed)
    began = time.process_time()
    found = isolation(graph, intent)
    spent = time.process_time() - began
    print(f"{teams} teams: {spent:.2f} s of {goal} s, {dict(found.population)}")  # noqa: T201 - measured
