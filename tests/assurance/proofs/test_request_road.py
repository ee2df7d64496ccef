"""The road of a prediction on the sandbox: open from end to end, and nothing beside it is."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.resource import Resource
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation import isolation
from tests.rehearsed import ROOT, asked

MODEL = "teams.app-ml.models.spam"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
CLOSED = {"isolation/declared-flow-closed", "isolation/declared-entry-closed"}


@cache
def sandbox() -> tuple[Graph, Intent]:
    return asked(ROOT / "Pulumi.sandbox.yaml")["sandbox"]


def refuted(graph: Graph) -> list[Finding]:
    found = isolation(graph, sandbox()[1]).findings
    return [each for each in found if each.status is Status.REFUTED]


def road() -> dict[str, Resource]:
    """The policies that are there for the model alone, by namespace and name."""
    return {
        f"{metadata['namespace']}/{metadata['name']}": resource
        for resource in sandbox()[0].resources.values()
        if resource.type == POLICY
        and (metadata := resource.inputs["metadata"])["annotations"][
            "ml-platform/config"
        ].startswith(MODEL)
    }


def without(gone: Resource) -> Graph:
    resources = sandbox()[0].resources.values()
    return graph_of((each for each in resources if each is not gone), stack="sandbox", mode="warm")


def with_ingress(policy: Resource, source: dict[str, Any]) -> Graph:
    """One more source beside those that a policy lets in, on its own ports."""
    inputs = deepcopy(dict(policy.inputs))
    inputs["spec"]["ingress"][0]["from"].append(source)
    wider = replace(policy, inputs=inputs)
    resources = sandbox()[0].resources.values()
    kept = (wider if each is policy else each for each in resources)
    return graph_of(kept, stack="sandbox", mode="warm")


def test_every_part_of_the_road_is_needed_and_its_lack_is_told_with_both_ends() -> None:
    """Out of one namespace and into the other, for who asks, who counts and where it is stored."""
    assert refuted(sandbox()[0]) == []
    policies = road()
    assert {name.partition("/")[0] for name in policies} == {
        "app-ml",
        "gateway",
        "monitoring",
        "storage",
    }
    assert len(policies) == 6
    for name, policy in policies.items():
        found = [each for each in refuted(without(policy)) if each.rule in CLOSED]
        assert found, name
        told = " ".join(f"{each.subject} {each.message} {each.witness}" for each in found)
        assert "spam" in told, (name, told)


def strangers() -> Iterator[dict[str, Any]]:
    """Each other team, and everybody."""
    for team in sandbox()[1].teams:
        if team != "app-ml":
            yield {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": team}}}
    yield {"namespaceSelector": {}}


def test_nobody_else_may_be_let_in_on_the_road() -> None:
    """The sources' own way out is closed too: it takes both to get through, so both are opened."""
    entries = {name: each for name, each in road().items() if "Ingress" in _types(each)}
    entries = {name: each for name, each in entries.items() if each.inputs["spec"].get("ingress")}
    assert entries
    out: dict[str, Any] = {"to": [{"namespaceSelector": {}}]}
    tried = 0
    for entry in entries.values():
        for source in strangers():
            opened = _with_egress(with_ingress(entry, source), out)
            found = [each for each in refuted(opened) if each.rule == "isolation/undeclared-open"]
            assert found, source
            tried += 1
    assert tried >= len(entries) * len(sandbox()[1].teams)


def _types(policy: Resource) -> list[str]:
    types: list[str] = policy.inputs["spec"]["policyTypes"]
    return types


def _with_egress(graph: Graph, rule: dict[str, Any]) -> Graph:
    """Every team's names policy lets its pods out to anybody."""
    kept = []
    for each in graph.resources.values():
        metadata = each.inputs.get("metadata", {})
        if each.type == POLICY and metadata.get("name") == "allow-dns":
            inputs = deepcopy(dict(each.inputs))
            inputs["spec"]["egress"].append(rule)
            kept.append(replace(each, inputs=inputs))
        else:
            kept.append(each)
    return graph_of(kept, stack="sandbox", mode="warm")


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_pods_of_the_model_are_what_the_policies_are_about(environment: str) -> None:
    [pods] = [
        each
        for each in sandbox()[0].pods()
        if each.labels.get("serving.kserve.io/inferenceservice") == f"spam-{environment}"
    ]
    chosen = [
        name
        for name, policy in road().items()
        if name.startswith("app-ml/")
        and policy.inputs["spec"]["podSelector"]["matchLabels"].items() <= pods.labels.items()
    ]
    assert len(chosen) == len([name for name in road() if name.startswith("app-ml/")]) >= 1
