"""Who teams are outside the cluster, and what they are granted there."""

from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.graph import graph_of
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Marker, Resource
from assurance.graph.values import Access, Grant
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.identities import ANNOTATIONS, Identities
from tests.assurance.proofs.worlds import Manifest, resource

ROLE = ANNOTATIONS[1]


def teams(**grants: Grant) -> Intent:
    names = {"red": (), "blue": (), **{name: (grant,) for name, grant in grants.items()}}
    return Intent(
        teams={n: TeamIntent(namespaces=(n,), grants=given) for n, given in names.items()}
    )


def account(place: str, identity: Any, *made_from: str, key: str = ROLE) -> Resource:
    metadata = {"name": "api", "namespace": place, "annotations": {key: identity}}
    manifest: Manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    needs = {"metadata": frozenset(made_from)} if made_from else {}
    return replace(resource(manifest), property_dependencies=needs)


def association(place: str, role: Any) -> Resource:
    inputs = {"namespace": place, "serviceAccount": "api", "roleArn": role}
    kind = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    return replace(account(place, ""), urn=f"urn:{kind}::{place}", type=kind, inputs=inputs)


def judged(*given: Resource, intent: Intent | None = None) -> list[Finding]:
    graph = graph_of(given, stack="test", mode="cold")
    return list(Identities(graph, intent or teams()).findings())


def rules(found: list[Finding], status: Status = Status.REFUTED) -> list[str]:
    return sorted(f.rule.partition("/")[2] for f in found if f.status is status)


@pytest.mark.parametrize("key", ANNOTATIONS)
def test_two_teams_with_one_identity_are_refuted(key: str) -> None:
    found = judged(account("red", "one", key=key), account("blue", "one", key=key))
    assert rules(found) == ["identity-shared"]
    assert found[0].witness["teams"] == ["blue", "red"]
    assert rules(judged(account("red", "one", key=key), account("blue", "two", key=key))) == []


def test_an_association_beside_the_cluster_counts_as_an_annotation() -> None:
    assert rules(judged(association("red", "one"), account("blue", "one"))) == ["identity-shared"]
    assert rules(judged(association("red", "one"), association("blue", "two"))) == []


def test_a_team_is_not_the_platform_either() -> None:
    found = judged(account("red", "one"), account("backup", "one"))
    assert rules(found) == ["identity-shared"]
    assert "namespace backup" in found[0].subject
    assert rules(judged(account("backup", "one"), account("monitoring", "one"))) == []


def test_identities_that_are_made_from_different_things_differ() -> None:
    unknown = Marker.UNKNOWN
    found = judged(account("red", unknown, "urn:a"), account("blue", unknown, "urn:b"))
    assert {f.status for f in found} == {Status.PROVED}
    found = judged(account("red", unknown, "urn:a"), account("blue", unknown, "urn:a"))
    assert rules(found, Status.UNKNOWN) == ["identity-shared"]
    found = judged(account("red", unknown), account("blue", "one"))
    assert "identity-unknown" in rules(found, Status.UNKNOWN)
    assert Status.PROVED not in {f.status for f in found}


def test_annotations_of_which_nothing_is_known_are_named_once() -> None:
    hidden = account("red", "")
    metadata = {**hidden.inputs["metadata"], "annotations": Marker.UNKNOWN}
    found = judged(replace(hidden, inputs={**hidden.inputs, "metadata": metadata}))
    assert rules(found, Status.UNKNOWN).count("identity-unknown") == 1


def grant(name: str, prefix: str = "", kind: str = "bucket") -> Grant:
    return Grant(access=Access.READ, kind=kind, name=name, prefix=prefix)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (grant("lake"), grant("lake", "blue/")),
        (grant("lake", "team-b"), grant("lake", "team-blue/")),
        (grant("*"), grant("blue-models")),
        (grant("red-*"), grant("*-models")),
        (grant("lake", "*"), grant("lake", "blue/")),
        (grant("*", kind="database"), grant("*", kind="database")),
    ],
    ids=str,
)
def test_a_grant_that_covers_another_team_s_is_refuted(one: Grant, other: Grant) -> None:
    expected = [] if one == other else ["grant-of-another"]
    for first, second in ((one, other), (other, one)):
        assert rules(judged(intent=teams(red=first, blue=second))) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (grant("lake", "red/"), grant("lake", "blue/")),
        (grant("lake", "red/"), grant("lake", "redder/")),
        (grant("red-*"), grant("blue-*")),
        (grant("lake"), grant("lake", kind="database")),
        (grant("lake", "public/"), grant("lake", "public/")),
    ],
    ids=str,
)
def test_grants_that_are_apart_or_agreed_on_are_not(one: Grant, other: Grant) -> None:
    found = judged(intent=teams(red=one, blue=other))
    assert {f.status for f in found} == {Status.PROVED}


def test_the_wider_grant_is_named_first() -> None:
    found = judged(intent=teams(red=grant("lake", "blue/"), blue=grant("lake")))
    assert found[0].subject == "blue → red"
    assert "blue is granted read on bucket lake, and" in found[0].message
    assert "red has: read on bucket lake at blue/" in found[0].message
