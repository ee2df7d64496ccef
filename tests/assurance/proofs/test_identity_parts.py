"""What the platform's own ServiceAccounts are given in a cloud, against what the platform says."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.values import Access, Grant
from assurance.proofs.findings import Finding, Status
from assurance.proofs.identity import identity
from tests.rehearsed import ROOT, asked

READER = "external-secrets/external-secrets"
SUBJECT = f"ServiceAccount {READER}"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ASSIGNED = "azure-native:authorization:RoleAssignment"


def found(graph: Graph, stack: str, *grants: Grant) -> set[tuple[str, Status]]:
    """What is said of the reader, if the platform says that it is for these besides its own."""
    _, intent = asked(ROOT / f"Pulumi.{stack}.yaml")[stack]
    section = intent.parts["platform.secrets"]
    more = replace(section, grants={READER: (*section.grants[READER], *grants)})
    parts = {**intent.parts, "platform.secrets": more}
    judged: list[Finding] = list(identity(graph, replace(intent, parts=parts)).findings)
    return {(f.rule.partition("/")[2], f.status) for f in judged if f.subject == SUBJECT}


def graph_of(stack: str) -> Graph:
    return asked(ROOT / f"Pulumi.{stack}.yaml")[stack][0]


def with_inputs(graph: Graph, token: str, word: str, **inputs: Any) -> Graph:
    """The graph with other inputs of the one resource of a type that has the word in its own."""
    (old,) = (r for r in graph.of_type(token) if word in json.dumps(dict(r.inputs), default=str))
    new = replace(old, inputs={**old.inputs, **inputs})
    return Graph(resources={**graph.resources, old.urn: new}, stack=graph.stack, mode=graph.mode)


def policy(stack: str) -> dict[str, Any]:
    (made,) = (r for r in graph_of(stack).of_type(POLICY) if "fraud/payments" in str(r.inputs))
    document: dict[str, Any] = json.loads(made.inputs["policy"])
    return document


@pytest.mark.parametrize("stack", ["prod", "prod-azure"])
def test_the_reader_of_secrets_is_given_what_teams_have_named_and_nothing_else(stack: str) -> None:
    assert found(graph_of(stack), stack) == {("given", Status.PROVED)}


@pytest.mark.parametrize("stack", ["prod", "prod-azure"])
def test_a_secret_that_is_named_and_not_given_is_missed(stack: str) -> None:
    another = Grant(access=Access.READ, kind="secret", name="ads/mail")
    assert found(graph_of(stack), stack, another) == {("too-little", Status.REFUTED)}


@pytest.mark.parametrize(
    "more",
    [
        {"Action": "secretsmanager:GetSecretValue", "Resource": "*"},
        {
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "arn:aws:secretsmanager:*:*:secret:ml-platform-prod/*",
        },
        {"Action": "secretsmanager:PutSecretValue", "Resource": "*"},
    ],
    ids=str,
)
def test_a_policy_that_lets_it_read_more_of_the_store_is_too_much(more: Mapping[str, Any]) -> None:
    wide = policy("prod")
    wide["Statement"].append({"Effect": "Allow", **more})
    graph = with_inputs(graph_of("prod"), POLICY, "fraud/payments", policy=json.dumps(wide))
    assert found(graph, "prod") == {("too-much", Status.REFUTED)}


def test_an_assignment_over_the_whole_vault_is_too_much() -> None:
    graph = graph_of("prod-azure")
    (made,) = (r for r in graph.of_type(ASSIGNED) if "fraud-payments" in str(r.inputs["scope"]))
    vault = made.inputs["scope"].rpartition("/secrets/")[0]
    wide = with_inputs(graph, ASSIGNED, "fraud-payments", scope=vault)
    assert ("too-much", Status.REFUTED) in found(wide, "prod-azure")
