"""Who takes a role on AWS: its own account and nobody else, whoever else is named or forgotten."""

import json
from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.graph import Graph
from tests.assurance.proofs.test_identity_aws import (
    ASSOCIATION,
    RED,
    ROLE,
    broken,
    judged,
    statements,
    with_inputs,
    without,
)

TRUST = {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"]}
PODS = {"Service": "pods.eks.amazonaws.com"}


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [
        ([{**TRUST, "Principal": PODS}], set()),
        ([{**TRUST, "Principal": PODS, "Action": "sts:AssumeRole"}], {("cannot-act", "refuted")}),
        (
            [{**TRUST, "Principal": PODS}, {**TRUST, "Principal": {"AWS": "arn:aws:iam::2:root"}}],
            {("taken-by-others", "refuted")},
        ),
        (
            [{**TRUST, "Principal": {"Service": "ec2.amazonaws.com"}}],
            {("cannot-act", "refuted"), ("taken-by-others", "refuted")},
        ),
        (
            [
                {
                    **TRUST,
                    "Principal": PODS,
                    "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "blue"}},
                }
            ],
            {("cannot-act", "refuted")},
        ),
    ],
)
def test_who_may_take_the_role_is_its_own_account_and_nobody_else(
    trusted: list[Any], expected: set[tuple[str, str]]
) -> None:
    graph = with_inputs(ROLE, "reader", assumeRolePolicy=json.dumps({"Statement": trusted}))
    assert broken(graph) == expected


def test_a_role_that_pods_may_take_and_none_does_is_found_and_so_is_who_lacks_one() -> None:
    graph = without(ASSOCIATION, "reader")
    assert broken(graph) == {("unused", "refuted"), ("cannot-act", "refuted")}


def test_an_account_of_which_nobody_knows_a_need_may_have_nothing() -> None:
    graph = with_inputs(ASSOCIATION, "scaler", serviceAccount="somebody")
    rules = broken(graph)
    assert ("too-much", "refuted") in rules


def test_a_controller_that_may_change_whatever_it_likes_is_too_much() -> None:
    token = "aws:iam/policy:Policy"
    said = statements(token, "scaler")
    del said[1]["Condition"]
    graph = with_inputs(token, "scaler", policy=json.dumps({"Statement": said}))
    assert broken(graph) == {("too-much", "refuted")}
    assert "autoscaling:setdesiredcapacity" in judged(graph)[0].message


def test_a_controller_for_another_cluster_is_too_much() -> None:
    graph = with_inputs("aws:eks/cluster:Cluster", "cluster", name="other")
    assert broken(graph) == {("too-much", "refuted")}


def test_an_account_by_token_is_held_to_its_own_name() -> None:
    graph = without(ASSOCIATION, "reader")
    (account,) = (r for r in graph.resources.values() if r.type.endswith(":ServiceAccount"))
    metadata = {
        **account.inputs["metadata"],
        "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/lab-reader"},
    }
    annotated = replace(account, inputs={**account.inputs, "metadata": metadata})
    (role,) = (r for r in graph.of_type(ROLE) if r.name == "reader")
    provider = "arn:aws:iam::1:oidc-provider/oidc.eks.example.com/id/1"
    for subject, expected in (
        ("system:serviceaccount:red:reader", set()),
        (
            "system:serviceaccount:red:*",
            {("cannot-act", "refuted"), ("taken-by-others", "refuted")},
        ),
    ):
        said = {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider},
            "Condition": {"StringEquals": {"oidc.eks.example.com/id/1:sub": subject}},
        }
        trusting = {**role.inputs, "assumeRolePolicy": json.dumps({"Statement": said})}
        resources = {
            **graph.resources,
            annotated.urn: annotated,
            role.urn: replace(role, inputs=trusting),
        }
        assert broken(Graph(resources=resources, stack="lab", mode="cold")) == expected


def test_a_buckets_own_policy_gives_nobody_anything() -> None:
    said = [
        *statements("aws:s3/bucketPolicy:BucketPolicy", "lake"),
        {**TRUST, "Action": "s3:GetObject", "Resource": RED, "Principal": {"AWS": "arn:x"}},
    ]
    graph = with_inputs(
        "aws:s3/bucketPolicy:BucketPolicy", "lake", policy=json.dumps({"Statement": said})
    )
    assert broken(graph) == {("too-much", "refuted")}
