"""Who may write into the public zone, and into what of it, on either cloud."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.resource import Resource
from assurance.proofs.findings import Status
from assurance.proofs.identity import identity
from assurance.proofs.identity.statements import rights
from tests.rehearsed import ROOT, asked

WRITERS = {"external-dns": "external-dns", "cert-manager": "cert-manager"}
POLICY = "aws:iam/rolePolicy:RolePolicy"
DEFINITION = "azure-native:authorization:RoleDefinition"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
CHANGE = "route53:ChangeResourceRecordSets"
PROVED = {("given", Status.PROVED)}
TOO_MUCH, TOO_LITTLE = ("too-much", Status.REFUTED), ("too-little", Status.REFUTED)
Change = Callable[[dict[str, Any]], Any]


@cache
def stack(name: str) -> tuple[Graph, Intent]:
    """What the cloud is told of, and of the cluster those who act there."""
    graph, intent = asked(ROOT / f"Pulumi.{name}.yaml")[name]
    kept = {
        urn: made
        for urn, made in graph.resources.items()
        if not made.type.startswith("kubernetes:") or made.type.endswith(("Account", "Deployment"))
    }
    return Graph(resources=kept, stack=graph.stack, mode=graph.mode), intent


def found(graph: Graph, name: str, writer: str) -> set[tuple[str, Status]]:
    judged = identity(graph, stack(name)[1]).findings
    subject = f"ServiceAccount {writer}/{writer}"
    return {(f.rule.partition("/")[2], f.status) for f in judged if f.subject == subject}


@cache
def made(name: str, token: str, word: str) -> Resource:
    (only,) = (r for r in stack(name)[0].of_type(token) if word in r.name)
    return only


def put(name: str, old: Resource, **inputs: Any) -> Graph:
    graph = stack(name)[0]
    new = replace(old, inputs={**old.inputs, **inputs})
    return Graph(resources={**graph.resources, old.urn: new}, stack=graph.stack, mode=graph.mode)


def with_policy(writer: str, change: Change) -> Graph:
    old = made("prod", POLICY, f"{writer}_{writer}")
    document = json.loads(old.inputs["policy"])
    change(document)
    return put("prod", old, policy=json.dumps(document))


def of_changes(document: dict[str, Any]) -> dict[str, Any]:
    (only,) = (s for s in document["Statement"] if CHANGE in s["Action"])
    statement: dict[str, Any] = only
    return statement


def held(document: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = of_changes(document)["Condition"]["ForAllValues:StringLike"]
    return values


@pytest.mark.parametrize("name", ["prod", "prod-azure"])
@pytest.mark.parametrize("writer", WRITERS)
def test_each_writer_is_given_what_it_takes_and_nothing_else(name: str, writer: str) -> None:
    assert found(stack(name)[0], name, writer) == PROVED


WIDER: Mapping[str, Change] = {
    "any zone": lambda d: of_changes(d).update(Resource=["arn:aws:route53:::hostedzone/*"]),
    "another zone": lambda d: of_changes(d)["Resource"].append("arn:aws:route53:::hostedzone/Z9"),
    "any record": lambda d: of_changes(d).pop("Condition"),
    "another type": lambda d: held(d)[f"{CHANGE}RecordTypes"].append("NS"),
    "any type": lambda d: held(d).pop(f"{CHANGE}RecordTypes"),
    "the zone": lambda d: d["Statement"].append(
        {"Effect": "Allow", "Action": "route53:DeleteHostedZone", "Resource": "*"}
    ),
}


@pytest.mark.parametrize("wider", WIDER.values(), ids=WIDER)
@pytest.mark.parametrize("writer", WRITERS)
def test_whoever_may_write_more_has_too_much(writer: str, wider: Change) -> None:
    assert TOO_MUCH in found(with_policy(writer, wider), "prod", writer)


NARROWER: Mapping[str, tuple[str, Change]] = {
    "addresses": ("external-dns", lambda d: held(d)[f"{CHANGE}RecordTypes"].remove("A")),
    "looking": ("external-dns", lambda d: d["Statement"].pop()),
    "one name": (
        "cert-manager",
        lambda d: held(d).update({f"{CHANGE}NormalizedRecordNames": ["_acme-challenge.a.*"]}),
    ),
    "taking back": ("cert-manager", lambda d: held(d)[f"{CHANGE}Actions"].remove("DELETE")),
    "following": ("cert-manager", lambda d: d["Statement"].pop()),
}


@pytest.mark.parametrize(("writer", "narrower"), NARROWER.values(), ids=NARROWER)
def test_whoever_may_not_write_what_it_must_has_too_little(writer: str, narrower: Change) -> None:
    assert TOO_LITTLE in found(with_policy(writer, narrower), "prod", writer)


def test_a_name_that_is_no_challenge_is_not_cert_manager_s_to_write() -> None:
    names = {f"{CHANGE}NormalizedRecordNames": ["*"]}
    wide = with_policy("cert-manager", lambda d: held(d).update(names))
    assert TOO_MUCH in found(wide, "prod", "cert-manager")


@pytest.mark.parametrize(
    ("role", "writer", "action"),
    [
        ("zone-challenger", "cert-manager", "Microsoft.Network/dnsZones/A/write"),
        ("zone-challenger", "cert-manager", "Microsoft.Network/dnsZones/delete"),
        ("zone-writer", "external-dns", "Microsoft.Network/dnsZones/NS/write"),
        ("zone-finder", "external-dns", "Microsoft.Network/dnsZones/write"),
    ],
)
def test_a_role_with_one_action_more_is_too_much_and_with_one_less_too_little(
    role: str, writer: str, action: str
) -> None:
    old = made("prod-azure", DEFINITION, role)
    (permission,) = old.inputs["permissions"]
    more = [{"actions": [*permission["actions"], action]}]
    assert TOO_MUCH in found(put("prod-azure", old, permissions=more), "prod-azure", writer)
    less = [{"actions": permission["actions"][:-1] or ["Microsoft.Network/dnsZones/write"]}]
    assert TOO_LITTLE in found(put("prod-azure", old, permissions=less), "prod-azure", writer)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_role_on_the_whole_group_of_zones_is_too_much(writer: str) -> None:
    kind = "records" if writer == "external-dns" else "challenges"
    graph = stack("prod-azure")[0]
    old = next(r for r in graph.of_type(ASSIGNMENT) if r.name.endswith(f"{kind}.ml.example.com"))
    group = old.inputs["scope"].partition("/providers/")[0]
    assert TOO_MUCH in found(put("prod-azure", old, scope=group), "prod-azure", writer)


def when(effect: str, key: str, values: list[str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    statement = {
        "Effect": effect,
        "Action": CHANGE,
        "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {key: values}},
    }
    ((_, right),) = rights({"Statement": [statement]}, "here")
    return right.when, right.doubts


def test_what_holds_of_each_of_many_holds_where_there_is_none_unless_there_always_is_one() -> None:
    always = f"{CHANGE}RecordTypes"
    assert when("Allow", always, ["TXT"]) == ({always.lower(): ("TXT",)}, ())
    assert when("Allow", "aws:TagKeys", ["team"]) == ({"aws:tagkeys": ("team", "")}, ())
    assert when("Deny", always, ["TXT"])[1] == (f"ForAllValues:StringEquals {always.lower()}",)
