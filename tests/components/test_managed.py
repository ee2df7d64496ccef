"""What a cloud looks after, on a cloud that components have never heard of."""

import json
from functools import cache
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_from_graph
from assurance.graph.readers.recording import Mode
from assurance.graph.resource import Marker, Resource
from assurance.graph.values import Access, Grant, Need
from assurance.proofs.findings import Status
from assurance.proofs.isolation import isolation
from assurance.proofs.order import order
from providers.contract import (
    IDENTITY,
    CacheRequest,
    DatabaseRequest,
    ObjectStoreRequest,
    RegistryRequest,
)
from tests.components.cloud import CLIENT, Asked, problems, recorded, stack_of

IMAGE = "registry.example.com/model:1.0"
PLATFORM: dict[str, Any] = {
    "object_store": {"buckets": ["models", "datasets"]},
    "database": {"cpu": 4, "memory": "16Gi", "storage": "200Gi", "replicas": 1},
    "cache": {"memory": "2Gi"},
    "registry": {"repositories": ["fraud/api"]},
}
STORE = "platform.object-store"
URL = {"need": STORE, "value": "url"}
TEAMS: dict[str, Any] = {
    "fraud": {
        "needs": [{"to": STORE, "bucket": "models"}],
        "workloads": {
            "api": {"image": IMAGE, "env": {"MODELS": URL, "PORT": {**URL, "value": "port"}}},
            "train": {
                "kind": "job",
                "image": IMAGE,
                "needs": [
                    {"to": STORE, "bucket": "datasets", "prefix": "raw/", "access": "read"},
                    {"to": STORE, "bucket": "models", "access": "write"},
                    "platform.database",
                ],
                "env": {"MODELS": {**URL, "bucket": "models"}},
            },
        },
    },
    "risk": {
        "needs": ["platform.cache", STORE],
        "workloads": {"web": {"image": IMAGE, "env": {"STORE": URL}}},
    },
}


@cache
def ran(mode: Mode) -> tuple[Graph, Intent, Asked]:
    graph, asked = recorded(stack_of(PLATFORM, TEAMS), mode)
    return graph, intent_from_graph(graph), asked


def named(graph: Graph, kind: str) -> dict[str, Resource]:
    return {
        f"{item.namespace}/{item.name}": item.resource
        for item in graph.objects()
        if item.gvk.kind == kind
    }


def env(graph: Graph, kind: str, name: str) -> dict[str, str]:
    spec = named(graph, kind)[name].inputs["spec"]["template"]["spec"]
    return {each["name"]: each["value"] for each in spec["containers"][0]["env"]}


def test_the_stack_file_s_rules_have_nothing_against_it() -> None:
    assert problems(stack_of(PLATFORM, TEAMS)) == []


def test_each_section_is_asked_of_the_provider_once_and_in_plain_units() -> None:
    _, _, asked = ran("cold")
    assert asked.requests == [
        ObjectStoreRequest(buckets=("models", "datasets")),
        DatabaseRequest(version="17", cpu=4000, memory=2**34, storage=200 * 2**30, replicas=1),
        CacheRequest(memory=2**31),
        RegistryRequest(repositories=("fraud/api",)),
    ]


def test_a_section_left_out_is_asked_of_nobody() -> None:
    graph, asked = recorded(stack_of({}, {"risk": {}}), "cold")
    assert asked.requests == []
    assert not any(name.startswith("platform.") for name in intent_from_graph(graph).endpoints)


def test_what_the_cloud_has_made_can_be_needed_and_is_published() -> None:
    graph, intent, _ = ran("cold")
    assert {name for name in intent.endpoints if name.startswith("platform.")} == {
        "platform.object-store",
        "platform.database",
        "platform.cache",
    }
    assert intent.buckets == {
        "datasets": "fake://company-datasets",
        "models": "fake://company-models",
    }
    outputs = next(r for r in graph.resources.values() if r.type == "pulumi:pulumi:Stack").outputs
    assert outputs["facts"]["buckets"] == intent.buckets
    assert outputs["registry"] is Marker.UNKNOWN
    assert outputs["database_administrator"] is Marker.UNKNOWN
    assert "cache_password" not in outputs


def test_a_need_of_a_bucket_is_a_grant_in_the_intent() -> None:
    _, intent, _ = ran("cold")
    fraud = intent.teams["fraud"]
    whole, models = (
        Grant(access=Access.READ, kind="bucket", name="models", prefix="fraud/"),
        Grant(access=Access.WRITE, kind="bucket", name="models", prefix="fraud/", by="train"),
    )
    raw = Grant(access=Access.READ, kind="bucket", name="datasets", prefix="raw/", by="train")
    assert set(fraud.grants) == {whole, models, raw}
    assert intent.teams["risk"].grants == ()


def test_two_buckets_are_one_way_through_the_network() -> None:
    _, intent, _ = ran("cold")
    for team in intent.teams.values():
        assert len(team.needs) == len(set(team.needs))
    assert Need(to=STORE, by="train") in intent.teams["fraud"].needs


def test_whoever_is_granted_something_is_somebody_with_just_that() -> None:
    _, intent, asked = ran("cold")
    fraud = intent.teams["fraud"].grants
    whole = tuple(grant for grant in fraud if grant.by is None)
    assert asked.identities == {"fraud/api": whole, "fraud/train": fraud}


def test_whoever_is_granted_something_reaches_where_credentials_are_given_out() -> None:
    _, intent, _ = ran("cold")
    assert Need(to=IDENTITY) in intent.teams["fraud"].needs
    assert Need(to=IDENTITY, by="train") in intent.teams["fraud"].needs
    assert not any(need.to == IDENTITY for need in intent.teams["risk"].needs)


@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_the_service_account_says_who_it_is_and_the_pods_that_they_are_it(mode: Mode) -> None:
    graph, _, _ = ran(mode)
    accounts = named(graph, "ServiceAccount")
    for name, kind in (("api", "Deployment"), ("train", "Job")):
        account = accounts[f"fraud/{name}"]
        stated = account.inputs["metadata"]["annotations"]
        assert stated["ml-platform/config"] == f"teams.fraud.workloads.{name}"
        role = f"cluster-role-fraud-{name}"
        made = next(r for r in graph.resources.values() if r.name == role)
        assert (stated[CLIENT] is Marker.UNKNOWN) == (mode == "cold")
        assert made.urn in account.property_dependencies["metadata"]
        template = named(graph, kind)[f"fraud/{name}"].inputs["spec"]["template"]
        assert template["metadata"]["labels"]["fake.example/use"] == "true"
        assert template["metadata"]["labels"]["ml-platform/workload"] == name
    nobody = accounts["risk/web"].inputs["metadata"]["annotations"]
    assert nobody == {"ml-platform/config": "teams.risk.workloads.web"}


def test_a_pod_comes_after_what_makes_it_somebody() -> None:
    graph, _, _ = ran("cold")

    def before(urn: str) -> set[str]:
        found = set(graph.resources[urn].dependencies)
        return found.union(*(before(other) for other in found))

    roles = {r.urn for r in graph.resources.values() if r.type == "fake:index:role"}
    assert len(roles) == 2
    assert roles <= before(named(graph, "Deployment")["fraud/api"].urn)
    assert not roles & before(named(graph, "Deployment")["risk/web"].urn)


def test_a_variable_is_the_bucket_s_url_or_the_store_s_where_there_is_no_bucket() -> None:
    graph, _, _ = ran("cold")
    assert env(graph, "Deployment", "fraud/api") == {
        "MODELS": "fake://company-models",
        "PORT": "443",
    }
    assert env(graph, "Job", "fraud/train") == {"MODELS": "fake://company-models"}
    assert env(graph, "Deployment", "risk/web") == {"STORE": "https://store.example.com:443"}


@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_on_that_cloud_nothing_is_open_but_what_is_needed_and_all_of_that_is(mode: Mode) -> None:
    graph, intent, _ = ran(mode)
    for proof in (isolation, order):
        found = proof(graph, intent).findings
        assert found
        assert [f"{f.rule} {f.subject}" for f in found if f.status is not Status.PROVED] == []


def egress(graph: Graph, policy: str) -> Any:
    return named(graph, "NetworkPolicy")[policy].inputs["spec"]["egress"]


def test_the_store_s_public_addresses_are_no_way_into_the_cluster() -> None:
    graph, _, _ = ran("cold")
    (rule,) = egress(graph, "risk/need-platform.object-store")
    assert rule["ports"] == [{"protocol": "TCP", "port": 443}]
    (peer,) = rule["to"]
    assert peer["ipBlock"]["cidr"] == "0.0.0.0/0"
    assert peer["ipBlock"]["except"] == ["10.0.0.0/17", "169.254.169.254/32", "172.20.0.0/16"]


def test_a_database_s_subnets_are_opened_to_those_alone_who_need_it() -> None:
    graph, _, _ = ran("cold")
    policies = named(graph, "NetworkPolicy")
    towards = {
        name for name, found in policies.items() if "10.0.200.0/24" in json.dumps(found.inputs)
    }
    assert towards == {"fraud/need-platform.database.by.train"}
    selector = policies["fraud/need-platform.database.by.train"].inputs["spec"]["podSelector"]
    assert selector == {"matchLabels": {"ml-platform/workload": "train"}}


NAMES: dict[str, Any] = {
    "certificates": {"public": {"domain": "ml.example.com", "email": "platform@example.com"}},
    "gateway": {
        "hosts": ["ml.example.com", "*.ml.example.com"],
        "node_ports": {"http": 30081, "https": 30444},
    },
    "dns": {},
}


def test_public_names_are_two_accounts_grants_on_one_zone_and_the_way_there() -> None:
    wanted = stack_of(NAMES, {"risk": {}}, api_server=["10.9.0.0/28"])
    assert problems(wanted) == []
    graph, asked = recorded(wanted, "cold")
    intent = intent_from_graph(graph)
    assert asked.requests == ["zone"]
    assert intent.zones == {"ml.example.com": "fake:zone/ml.example.com"}
    assert {name: [g.kind for g in grants] for name, grants in asked.identities.items()} == {
        "cert-manager/cert-manager": ["challenges"],
        "external-dns/external-dns": ["records"],
    }
    accounts = named(graph, "ServiceAccount")
    acting = {name for name, made in accounts.items() if "annotations" in made.inputs["metadata"]}
    assert {"cert-manager/cert-manager", "external-dns/external-dns"} <= acting
    of_names = [f for f in isolation(graph, intent).findings if "external-dns" in f.subject]
    for found in (of_names, order(graph, intent).findings):
        assert {f.status for f in found} == {Status.PROVED}
