"""What was asked for survives the components' inputs, a wire of floats, and a file."""

import json
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2

from assurance.graph.codec import encode
from assurance.graph.decoding import DecodeError
from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent, Subjects, TeamIntent
from assurance.graph.intent_json import (
    DATA_PLATFORM,
    PLATFORM,
    TEAM,
    IntentError,
    intent_from_graph,
    intent_from_json,
    intent_of,
    intent_to_json,
    team_to_json,
    waivers_to_json,
)
from assurance.graph.intent_maps import intent_map, is_intent_map, statement_of
from assurance.graph.resource import Marker, Resource
from assurance.graph.values import (
    Access,
    Addresses,
    Capability,
    Endpoint,
    Grant,
    Level,
    Need,
    Outside,
    Overcommit,
    Pin,
    Pool,
    Port,
    Protocol,
    Shape,
    Taint,
    Waiver,
)
from providers.contract import ClusterFacts

API = Endpoint(
    name="team.fraud.api",
    namespace="fraud",
    labels={"ml-platform/workload": "api"},
    ports=(Port(number=8080), Port(number="grpc", protocol=Protocol.UDP), Port(number=1, end=9)),
)
WAREHOUSE = Endpoint(
    name="cluster.warehouse",
    cidrs=(ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")),
    ports=(Port(number=5432),),
    host="warehouse.example.com",
    managed=False,
)
FRAUD = TeamIntent(
    namespaces=("fraud",),
    members={"edit": Subjects(groups=("fraud",), users=("ada@example.com",))},
    needs=(Need(to=Outside.INTERNET), Need(to="cluster.warehouse", ports=(), by="api")),
    open_within=False,
    quota={"requests.cpu": "12"},
    pod_security="baseline",
    grants=(Grant(access=Access.WRITE, kind="bucket", name="models", prefix="fraud/", by="api"),),
    budget=1250.5,
)
POOL = Pool(
    name="gpu",
    shape=Shape(cpu=32000, memory=2**38, gpu=4, gpu_type="nvidia.com/gpu"),
    min=0,
    max=3,
    zones=("a", "b"),
    labels={"ml-platform/pool": "gpu"},
    taints=(Taint(key="nvidia.com/gpu", effect="NoExecute"),),
    spot=True,
)
ADDRESSES = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"), ip_network("fd00::/108")),
    nodes=(ip_network("10.0.0.0/24"),),
    metadata=(ip_network("169.254.169.254/32"),),
    webhooks=(ip_network("10.0.1.0/24"),),
    balancers=(ip_network("10.0.2.0/24"),),
)
WAIVER = Waiver(finding="isolation/x", owner="ada", reason="moving", expires=date(2026, 12, 31))
WHOLE = Intent(
    teams={"fraud": FRAUD},
    endpoints={API.name: API, WAREHOUSE.name: WAREHOUSE},
    buckets={"models": "s3://acme-models"},
    pools=(POOL,),
    addresses=ADDRESSES,
    capabilities=frozenset({Capability.GPU, Capability.NETWORK_POLICY}),
    overcommit=Overcommit(cpu=1.5, memory=1.0),
    pins={"chart a": Pin(version="1.0", key="platform.a", until=date(2027, 1, 1), verified=False)},
    waivers=(WAIVER,),
    levels={"isolation": Level.MANDATORY},
)
SAID = {
    "endpoints": {WAREHOUSE.name: encode(WAREHOUSE)},
    "buckets": encode(WHOLE.buckets),
    "overcommit": encode(WHOLE.overcommit),
    "levels": encode(WHOLE.levels),
    "pins": encode(WHOLE.pins),
}
"""By the platform."""
FACTS = ClusterFacts(
    name="sandbox",
    version="1.35",
    storage_class=None,
    pools=(POOL,),
    addresses=ADDRESSES,
    capabilities=WHOLE.capabilities,
    endpoints=(WAREHOUSE,),
)
CLUSTER = "ml-platform:providers:ExistingCluster"


def wired(value: Mapping[str, Any]) -> Any:
    """Through protobuf, as every input goes: numbers come back as floats."""
    struct = struct_pb2.Struct()
    struct.update(value)
    return json_format.MessageToDict(struct)


def component(kind: str, name: str, intent: Any, urn: str | None = None) -> Resource:
    return Resource(
        urn=urn or f"{kind}::{name}",
        type=kind,
        name=name,
        parent=None,
        provider=None,
        inputs={"intent": intent},
        custom=False,
    )


def graph(*resources: Resource) -> Graph:
    return graph_of(resources, stack="dev", mode="cold")


def test_intent_comes_back_from_a_file() -> None:
    assert intent_from_json(json.loads(json.dumps(intent_to_json(WHOLE)))) == WHOLE


def test_every_default_is_spelled_out_for_whoever_reads_the_file() -> None:
    written = intent_to_json(Intent(teams={"a": TeamIntent(namespaces=("a",))}))
    assert written["teams"]["a"]["open_within"] is True
    assert written["overcommit"] == {"cpu": 1, "gpu": 1, "memory": 1}


def test_what_team_platform_and_cluster_write_is_the_intent_of_the_graph() -> None:
    found = intent_from_graph(
        graph(
            component(TEAM, "fraud", wired(team_to_json(FRAUD, [API]))),
            component(PLATFORM, "platform", wired(SAID)),
            component(CLUSTER, "cluster", wired(FACTS.to_json())),
            component(DATA_PLATFORM, "data", wired(waivers_to_json(WHOLE.waivers))),
        )
    )
    assert found == WHOLE
    assert all(isinstance(port.number, int | str) for port in found.endpoints[API.name].ports)
    assert isinstance(found.pools[0].shape.cpu, int)


def test_the_same_description_in_two_stacks_is_no_conflict_and_another_one_is() -> None:
    two = [component(CLUSTER, "cluster", FACTS.to_json(), urn=urn) for urn in ("a", "b")]
    assert intent_from_graph(graph(*two)).pools == (POOL,)

    other = team_to_json(TeamIntent(namespaces=("elsewhere",)))
    both = graph(
        component(TEAM, "fraud", team_to_json(FRAUD), urn="one"),
        component(TEAM, "fraud", other, urn="two"),
    )
    with pytest.raises(IntentError, match="two: team fraud is already described, differently"):
        intent_from_graph(both)


def test_what_stands_on_a_cluster_is_what_the_components_have_written() -> None:
    """ConfigMaps, one for each part, mean the same as the components that made them."""
    maps = [
        intent_map("team", "fraud", team_to_json(FRAUD, [API])),
        intent_map("platform", "any", SAID),
        intent_map("cluster", "any", FACTS.to_json()),
        intent_map("waivers", "dev", waivers_to_json(WHOLE.waivers)),
    ]
    places = [each["metadata"] for each in maps]
    assert all(is_intent_map(place["namespace"], place["name"]) for place in places)
    assert not is_intent_map("fraud", "intent-fraud")
    assert not is_intent_map("ml-platform", "kube-root-ca.crt")
    assert intent_of(map(statement_of, json.loads(json.dumps(maps)))) == WHOLE


def test_no_team_can_take_the_name_of_another_parts_map() -> None:
    """Whatever a team is called, its ConfigMap is its own."""
    others = {intent_map(kind, "any", {})["metadata"]["name"] for kind in ("platform", "cluster")}
    for team in ("platform", "cluster", "platform-intent", "intent", "waivers-dev"):
        made = intent_map("team", team, team_to_json(FRAUD))
        assert made["metadata"]["name"] not in others
        assert statement_of(made).name == team


@pytest.mark.parametrize("data", [None, {}, {"intent": "{"}, {"intent": 3}])
def test_a_map_that_cannot_be_read_is_an_error_and_never_no_intent(data: Any) -> None:
    made = {**intent_map("team", "fraud", {}), "data": data}
    with pytest.raises(IntentError, match="ConfigMap ml-platform/intent-fraud: expected JSON"):
        statement_of(made)


def test_a_team_without_a_platform_does_not_reset_its_overcommit() -> None:
    platform = {"overcommit": {"cpu": 3.0}}
    found = intent_from_graph(
        graph(
            component(PLATFORM, "platform", platform, urn="a"),
            component(TEAM, "fraud", team_to_json(FRAUD), urn="b"),
        )
    )
    assert found.overcommit == Overcommit(cpu=3.0)


def test_intent_that_is_not_known_is_an_error_and_never_an_empty_intent() -> None:
    hidden = {**team_to_json(FRAUD), "namespaces": Marker.UNKNOWN}
    with pytest.raises(
        IntentError, match=r"fraud\.intent\.namespaces: expected a list, got Marker"
    ):
        intent_from_graph(graph(component(TEAM, "fraud", hidden)))


@pytest.mark.parametrize("marker", [Marker.UNKNOWN, "text", None])
def test_a_component_whose_whole_intent_is_not_an_object_is_an_error(marker: Any) -> None:
    with pytest.raises(IntentError, match=r"fraud\.intent: expected an object"):
        intent_from_graph(graph(component(TEAM, "fraud", marker)))


def test_a_custom_resource_cannot_pass_for_intent() -> None:
    forged = Resource(
        urn="u",
        type=TEAM,
        name="fraud",
        parent=None,
        provider=None,
        inputs={"intent": team_to_json(FRAUD)},
    )
    assert intent_from_graph(graph(forged)) == Intent()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"teems": {}}, "intent.teems: expected one of .*teams"),
        ({"waivers": [{"finding": "x"}]}, r"intent.waivers\[0\].owner: expected text, got nothing"),
        ({"levels": {"x": "loud"}}, "intent.levels.x: expected disabled or advisory or mandatory"),
        ({"addresses": {"pods": ["10.0.0.1/8"]}}, r"intent.addresses.pods\[0\]: expected a range"),
        ({"overcommit": {"cpu": "much"}}, "intent.overcommit.cpu: expected a number, got 'much'"),
        ({"teams": {"a": {"namespaces": "a"}}}, "intent.teams.a.namespaces: expected a list"),
    ],
)
def test_a_fault_in_a_file_of_intent_is_named_by_its_path(change: Any, fault: str) -> None:
    with pytest.raises(DecodeError, match=fault):
        intent_from_json({**intent_to_json(WHOLE), **change})
