"""Policies: what AWS knows of each action, resource and condition, and what a grant comes to."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assurance.graph.values import Access, Grant
from providers.eks.names import Names
from providers.eks.policies import document, granted, pod_trust
from tests.providers.eks.iam import expanded, faults
from tests.providers.eks.stacks import policies

NAMES = Names(
    cluster="ml-platform-prod", account="123456789012", region="eu-central-1", partition="aws"
)
MOST_IN_A_ROLE = 10_240
MOST_OF_TRUST = 2_048
OWN = "aws:iam/rolePolicy:RolePolicy"
SPOILED: list[Mapping[str, Any]] = [
    {"Action": "s3:GetObjects", "Resource": "arn:aws:s3:::b/*"},
    {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b/*"},
    {"Action": "s3:PutObject", "Resource": "*"},
    {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*", "arn:aws:kms:r:1:key/*"]},
    {"Action": "ec2:DescribeImages", "Resource": "arn:aws:ec2:r:1:instance/*"},
    {
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*",
        "Condition": {"StringLike": {"s3:prefix": "fraud/*"}},
    },
]
"""Each grants nothing, or more than it seems to."""


def statements() -> list[tuple[str, Mapping[str, Any]]]:
    return [(whose, each) for whose, policy in policies() for each in policy["Statement"]]


def test_every_action_resource_and_condition_is_one_that_aws_knows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = [(whose, each) for whose, each in statements() if OWN in whose]
    actions = {name for _, each in own for name in each["Action"]}
    with capsys.disabled():
        print(f"\nIAM: {len(own)} statements, {len(actions)} actions")  # noqa: T201 - what was looked at
    found = [f"{whose}: {fault}" for whose, each in own for fault in faults(each)]
    assert found == []
    assert len(actions) > 60


@pytest.mark.parametrize("statement", SPOILED, ids=str)
def test_a_statement_that_does_not_mean_what_it_says_is_found(statement: Mapping[str, Any]) -> None:
    assert list(faults(statement))


def test_every_word_of_a_resource_policy_and_of_trust_is_an_action() -> None:
    others = [(whose, each) for whose, each in statements() if OWN not in whose]
    assert len(others) > 40
    for whose, statement in others:
        words = statement["Action"]
        for word in [words] if isinstance(words, str) else words:
            assert expanded(word), f"{whose}: {word}"
        assert statement["Effect"] in ("Allow", "Deny")
        assert "Principal" in statement


def test_every_policy_fits_into_what_iam_takes() -> None:
    seen = 0
    for whose, policy in policies():
        size = len(json.dumps(policy, separators=(",", ":")))
        trust = whose.endswith("assumeRolePolicy")
        assert size <= (MOST_OF_TRUST if trust else MOST_IN_A_ROLE), whose
        assert policy["Version"] == "2012-10-17"
        seen += 1
    assert seen > 40


def test_no_role_of_a_pod_is_for_the_asking() -> None:
    trusts = [
        statement
        for whose, statement in statements()
        if whose.endswith("assumeRolePolicy") and "pods.eks" in str(statement["Principal"])
    ]
    assert len(trusts) > 10
    bound = {
        "aws:RequestTag/eks-cluster-arn",
        "aws:RequestTag/kubernetes-namespace",
        "aws:RequestTag/kubernetes-service-account",
    }
    for statement in trusts:
        assert set(statement["Condition"]["StringEquals"]) == bound


NAME = some.from_regex(r"[a-z][a-z0-9]{2,8}", fullmatch=True)
PREFIX = some.one_of(some.just(""), NAME.map(lambda name: f"{name}/"))
GRANTS = some.builds(
    Grant, access=some.sampled_from(Access), kind=some.just("bucket"), name=NAME, prefix=PREFIX
)


def allowed(policy: Mapping[str, Any], action: str, bucket: str, key: str) -> bool:
    """What IAM would say of one object, or of listing by one prefix."""
    arn = f"arn:aws:s3:::{NAMES.bucket(bucket)}"
    listing = action == "s3:ListBucket"
    for statement in policy["Statement"]:
        prefixes = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", ["*"])
        resource = arn if listing else f"{arn}/{key}"
        if (
            action in statement["Action"]
            and any(fnmatchcase(resource, each) for each in statement["Resource"])
            and (not listing or any(fnmatchcase(key, each) for each in prefixes))
        ):
            return True
    return False


@given(some.lists(GRANTS, min_size=1, max_size=4), NAME, PREFIX, NAME)
def test_what_is_allowed_is_what_was_granted(
    grants: list[Grant], bucket: str, prefix: str, key: str
) -> None:
    policy = json.loads(document(granted(grants, NAMES)))
    buckets = {bucket, *(grant.name for grant in grants)}
    for place in buckets:
        for start in {prefix, *(grant.prefix for grant in grants)}:
            name = f"{start}{key}"
            here = [g for g in grants if g.name == place and name.startswith(g.prefix)]
            writes = any(grant.access is Access.WRITE for grant in here)
            assert allowed(policy, "s3:GetObject", place, name) == bool(here)
            assert allowed(policy, "s3:ListBucket", place, name) == bool(here)
            assert allowed(policy, "s3:PutObject", place, name) == writes
            assert allowed(policy, "s3:DeleteObject", place, name) == writes


@given(some.lists(GRANTS, min_size=1, max_size=4))
def test_what_grants_come_to_is_what_aws_knows(grants: list[Grant]) -> None:
    secret = Grant(access=Access.READ, kind="secret", name="cache")
    for statement in granted([*grants, secret], NAMES):
        assert list(faults(statement)) == []


def test_trust_names_the_service_account_and_the_cluster() -> None:
    [statement] = json.loads(pod_trust("fraud/api", NAMES))["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:123456789012:cluster/"
        "ml-platform-prod",
        "aws:RequestTag/kubernetes-namespace": "fraud",
        "aws:RequestTag/kubernetes-service-account": "api",
    }
