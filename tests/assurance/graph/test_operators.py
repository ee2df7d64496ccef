"""What operators make of custom resources is in the graph once, and nothing that closes is."""

import json
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.operators import MAKES
from tests.assurance.graph.test_pods import deployment, graph, manifest

ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "x"}}


def making(*made: Any, text: str | None = None) -> dict[str, Any]:
    owner = manifest("things.example/v1", "Thing", {}, "owner")
    said = json.dumps(made) if text is None else text
    return {**owner, "metadata": {**owner["metadata"], "annotations": {MAKES: said}}}


def shown(given: Graph) -> list[str]:
    return sorted(map(str, given.objects()))


def test_what_is_made_of_a_resource_is_in_its_namespace_and_its_owners_in_the_engines_eyes() -> (
    None
):
    elsewhere = {**deployment(), "metadata": {"name": "x", "namespace": "elsewhere"}}
    given = graph(making(elsewhere, ACCOUNT))
    assert shown(given) == ["Deployment team/x", "ServiceAccount team/x", "Thing team/owner"]
    (pod,) = given.pods()
    assert (str(pod.owner), pod.owner.resource.urn) == ("Deployment team/x", "u0")
    assert [item.is_registered for item in given.objects()] == [True, False, False]


def test_what_is_there_already_is_not_there_twice() -> None:
    """As on a cluster, where the operator has made it."""
    there = deployment(replicas=3)
    (pod,) = graph(making(deployment(replicas=9)), there).pods()
    assert pod.replicas.max == 3


@pytest.mark.parametrize("kind", ["NetworkPolicy", "ResourceQuota", "Role", "LimitRange", "Pod"])
def test_nobody_says_that_something_is_there_that_would_close_or_bound(kind: str) -> None:
    made = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}, "spec": {}}
    assert shown(graph(making(made))) == ["Thing team/owner"]


@pytest.mark.parametrize(
    "text", ["", "no JSON", "{}", "[1, null]", '[{"kind": "Deployment"}]', "7", '[{"metadata": 1}]']
)
def test_what_cannot_be_read_says_nothing(text: str) -> None:
    assert shown(graph(making(text=text))) == ["Thing team/owner"]
