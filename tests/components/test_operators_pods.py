"""What is written of an operator's pods beside a rendering is what a sandbox has in their place."""

from assurance.graph.kubernetes import object_of
from components.charts.obtaining import Obtained
from components.config import read_stack_file
from components.parts.operators import announced, to_be_made
from operations.component_pages.described import described
from tests.rehearsed import ROOT, graphs

FILE = ROOT / "Pulumi.sandbox.yaml"


def test_an_operators_pods_are_the_same_beside_a_rendering_and_in_a_sandbox() -> None:
    graph = graphs()["sandbox"]
    stack = described(read_stack_file(FILE), graph)
    assert stack is not None
    releases = [release for part in stack.parts.values() for release in part.releases]
    registered = {
        (item.gvk.kind, item.namespace, item.name): item.manifest
        for resource in graph.resources.values()
        if (item := object_of(resource))
    }
    made = to_be_made(releases, {each.name: Obtained(objects=()) for each in releases})
    assert {owner for _, owner in made} == {
        "Prometheus/kps",
        "Alertmanager/kps",
        "Gateway/platform",
    }
    for (namespace, _), objects in made.items():
        account, workload = objects
        assert ("ServiceAccount", namespace, account["metadata"]["name"]) in registered
        there = registered[workload["kind"], namespace, workload["metadata"]["name"]]
        assert workload["spec"] == there["spec"]


def test_an_account_that_the_chart_makes_is_not_said_to_be_the_operators() -> None:
    stack = described(read_stack_file(FILE), graphs()["sandbox"])
    assert stack is not None
    releases = stack.parts["monitoring"].releases
    own = {"kind": "ServiceAccount", "metadata": {"name": "kps-prometheus"}}
    made = to_be_made(releases, {each.name: Obtained(objects=(own,)) for each in releases})
    kinds = {owner: [each["kind"] for each in objects] for (_, owner), objects in made.items()}
    assert kinds == {
        "Prometheus/kps": ["StatefulSet"],
        "Alertmanager/kps": ["ServiceAccount", "StatefulSet"],
    }


def test_a_resource_of_another_namespace_says_nothing() -> None:
    made = {("monitoring", "Prometheus/kps"): [{"kind": "StatefulSet"}]}
    here, there = (
        {"kind": "Prometheus", "metadata": {"name": "kps", "namespace": place}}
        for place in ("monitoring", "elsewhere")
    )
    said, silent = announced([here, there], made)
    assert "annotations" in said["metadata"]
    assert silent == there
