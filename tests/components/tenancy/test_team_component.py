"""The Team component in the whole program, run without engine or cluster."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import rpc

from assurance.graph.graph import Graph
from assurance.graph.intent_json import intent_from_graph
from assurance.graph.readers.recording import Program, ProgramError, record
from assurance.graph.resource import Marker, Resource
from assurance.graph.values import Need, Outside, Port
from tests.components.tenancy.samples import IMAGE, SEED

ROOT = Path(__file__).parents[3]
TEAM = "ml-platform:tenancy:Team"
PLATFORM = {
    "cluster": {
        "provider": "existing",
        "pools": {"general": {"cpu": 16, "memory": "64Gi", "min": 3}},
        "addresses": {
            "pods": ["10.244.0.0/16"],
            "services": ["10.96.0.0/16"],
            "nodes": ["10.0.0.0/24"],
        },
        "endpoints": {
            "resolver": {"namespace": "dns", "ports": [53], "protocol": "UDP", "host": "dns.dns"}
        },
    }
}
TEAMS: dict[str, Any] = {
    "fraud": {
        "members": {"view": {"groups": ["analysts"]}},
        "workloads": {"api": {"image": IMAGE, "ports": [8080], "published": True}},
        "budget": 1500,
    },
    "risk": {
        "needs": ["internet", {"to": "cluster.resolver", "ports": [53]}],
        "workloads": {"web": {"image": IMAGE, "needs": ["team.fraud.api"]}},
    },
}


def recorded(teams: Mapping[str, Any], mode: Any = "cold", **config: str) -> Graph:
    values = {"platform": json.dumps(PLATFORM), "teams": json.dumps(teams), **config}
    return record(
        Program(
            directory=ROOT,
            stack="test",
            project="ml-platform",
            config={f"ml-platform:{key}": text for key, text in values.items()},
            secret_keys=frozenset(
                {"ml-platform:kubeconfig", *(f"ml-platform:{k}" for k in config)}
            ),
        ),
        mode,
    )


def below(graph: Graph, team: str) -> Iterator[Resource]:
    parent = next(r for r in graph.resources.values() if r.type == TEAM and r.name == team)
    return (r for r in graph.resources.values() if r.parent == parent.urn)


def named(resources: Iterator[Resource]) -> dict[str, Resource]:
    return {r.inputs["metadata"]["name"]: r for r in resources if "metadata" in r.inputs}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return recorded(TEAMS)


def test_what_teams_have_asked_for_can_be_read_back_from_the_graph(graph: Graph) -> None:
    intent = intent_from_graph(graph)
    fraud, risk = intent.teams["fraud"], intent.teams["risk"]
    assert fraud.members["view"].groups == ("analysts",)
    assert fraud.budget == 1500
    assert fraud.quota["requests.nvidia.com/gpu"] == "0"
    assert risk.needs == (
        Need(to=Outside.INTERNET),
        Need(to="cluster.resolver", ports=intent.endpoints["cluster.resolver"].ports),
        Need(to="team.fraud.api", by="web"),
    )
    assert intent.endpoints["team.fraud.api"].ports == (Port(number=8080),)
    assert intent.endpoints["team.fraud.api"].labels == {"ml-platform/workload": "api"}


def test_the_intent_is_an_input_an_output_and_a_config_map_that_members_cannot_change(
    graph: Graph,
) -> None:
    team = next(r for r in graph.resources.values() if r.type == TEAM and r.name == "fraud")
    assert team.outputs["intent"] == team.inputs["intent"]
    kept = next(r for r in below(graph, "fraud") if r.type == "kubernetes:core/v1:ConfigMap")
    assert kept.inputs["metadata"]["namespace"] == "ml-platform"
    assert json.loads(kept.inputs["data"]["intent"]) == team.inputs["intent"]


def test_the_policy_that_lets_another_team_in_belongs_to_whom_it_protects(graph: Graph) -> None:
    served = named(below(graph, "fraud"))
    policy = served["serve-team.fraud.api.to.risk.by.web"]
    assert policy.inputs["metadata"]["namespace"] == "fraud"
    assert policy.origin.config == "teams.risk.workloads.web.needs"


def test_a_need_means_the_protocol_that_the_endpoint_speaks(graph: Graph) -> None:
    policies = named(below(graph, "risk"))
    rule = policies["need-cluster.resolver"].inputs["spec"]["egress"][0]
    assert rule["ports"] == [{"protocol": "UDP", "port": 53}]


def test_two_teams_with_the_same_words_differ_in_their_names_only() -> None:
    twins = recorded({"tenant-a": SEED, "tenant-b": SEED})

    def told(team: str) -> list[str]:
        return sorted(
            json.dumps([r.type, r.name, r.inputs], default=str).replace(team, "X")
            for r in below(twins, team)
            if r.type.startswith("kubernetes:")
        )

    assert len(told("tenant-a")) > 10
    assert told("tenant-a") == told("tenant-b")


def test_another_team_changes_nothing_for_those_who_do_not_need_it(graph: Graph) -> None:
    more = recorded({**TEAMS, "ads": SEED})
    urns = {urn: r.inputs for urn, r in more.resources.items() if TEAM in urn and "ads" not in urn}
    before = {urn: r.inputs for urn, r in graph.resources.items() if TEAM in urn}
    assert urns == before


def test_a_team_s_secrets_are_in_no_input_as_plain_text() -> None:
    canary = "canary-3f9c"
    secrets = {"fraud": {"db": {"password": canary}, "pull": {".dockerconfigjson": "{}"}}}
    for mode in ("cold", "warm"):
        shown = recorded(TEAMS, mode, secrets=json.dumps(secrets))
        made = {
            r.inputs["metadata"]["name"]: r
            for r in below(shown, "fraud")
            if r.type == "kubernetes:core/v1:Secret"
        }
        assert made.keys() == {"db", "pull"}
        assert made["pull"].inputs["type"] == "kubernetes.io/dockerconfigjson"
        assert made["db"].inputs["stringData"] != {"password": canary}
        assert canary not in json.dumps(shown.to_json(), default=str)
        assert canary not in repr(shown)


def test_a_secret_that_only_its_stack_can_read_is_an_unknown_one() -> None:
    secrets = {"fraud": {"db": {"password": rpc.UNKNOWN}}}
    shown = recorded(TEAMS, secrets=json.dumps(secrets))
    made = next(r for r in below(shown, "fraud") if r.type == "kubernetes:core/v1:Secret")
    assert isinstance(made.inputs["stringData"]["password"], Marker)


@pytest.mark.parametrize(
    ("teams", "message"),
    [
        ({"a": {"needs": ["team.b.api"]}}, "team.b.api"),
        ({"a": {"needs": ["api-server"]}}, "api_server"),
        ({"a": {"manifests": "nowhere"}}, "nowhere"),
        ({"a": {"workloads": {"w": {"image": IMAGE, "pool": "gpu"}}}}, "pool"),
    ],
)
def test_what_cannot_be_built_stops_the_program_with_its_key(teams: Any, message: str) -> None:
    with pytest.raises(ProgramError) as told:
        recorded(teams)
    assert message in str(told.value)
    assert "teams.a" in str(told.value)
    assert "Traceback" not in str(told.value)
