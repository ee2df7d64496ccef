"""The guardrails of the sandbox's stack: how strictly each is held to, and what comes after."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from assurance.graph.intent_json import intent_from_graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.values import Level
from assurance.guardrails.rules import ALL, in_force
from assurance.levels import level_of, levels_at, levels_path
from assurance.proofs.findings import Status
from assurance.proofs.guardrails import guardrails, rule_of
from components.security.section import Registry
from tests.rehearsed import graphs

ROOT = Path(__file__).parents[3]
POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"


def objects(kind: str) -> dict[str, KubernetesObject]:
    found = graphs()["sandbox"].objects()
    return {str(item.name): item for item in found if item.gvk.kind == kind}


def held() -> Mapping[str, list[str]]:
    """By rule, what the API server does about it."""
    actions = {
        item.manifest["spec"]["policyName"]: item.manifest["spec"]["validationActions"]
        for item in objects(BINDING).values()
    }
    return {
        validation["message"].partition(":")[0]: actions[name]
        for name, item in objects(POLICY).items()
        for validation in item.manifest["spec"]["validations"]
    }


def test_every_rule_is_deployed_at_the_level_that_the_stack_states() -> None:
    levels = levels_at(levels_path(ROOT, "sandbox"))
    words = {Level.MANDATORY: ["Deny"], Level.ADVISORY: ["Warn", "Audit"]}
    rules = in_force(("registry.example.com",))
    assert len(rules) == len(ALL) + 1
    stated = {rule.name: level_of(levels, rule_of(rule)) for rule in rules}
    assert set(stated.values()) == set(Level)
    assert held() == {name: words[level] for name, level in stated.items() if level in words}


def test_policies_come_before_every_namespace_and_go_after_it() -> None:
    bindings, policies = objects(BINDING), objects(POLICY)
    urns = {item.resource.urn for item in bindings.values()}
    assert len(urns) == len(policies) > 10
    namespaces = objects("Namespace")
    assert len(namespaces) >= 5
    for item in namespaces.values():
        assert item.resource.dependencies >= urns
    for item in bindings.values():
        policy = policies[item.manifest["spec"]["policyName"]]
        assert policy.resource.urn in item.resource.dependencies


def test_the_images_that_are_let_in_come_from_the_registries_of_the_stack() -> None:
    policy = objects(POLICY)["ml-platform-pods-outside-platform"]
    assert '["registry.example.com"]' in json.dumps(policy.manifest["spec"]).replace("\\", "")
    assert policy.resource.origin.config == "platform.security.guardrails"


def test_the_preview_judges_images_by_the_same_registries() -> None:
    graph = graphs()["sandbox"]
    intent = intent_from_graph(graph)
    assert intent.registries == ("registry.example.com",)
    for registries, status, subjects in (
        (intent.registries, Status.PROVED, 1),
        (("elsewhere.example.com",), Status.REFUTED, 7),
    ):
        found = guardrails(graph, replace(intent, registries=registries)).findings
        about = [
            one.status for one in found if one.rule.endswith("/images-come-from-known-registries")
        ]
        assert set(about) == {status}
        assert len(about) >= subjects


@pytest.mark.parametrize("word", ["https://a.b", "a.b/c", "A.b", "", "a:b", "-a", "a.b:1234567"])
def test_a_registry_is_a_host_and_nothing_more(word: str) -> None:
    adapter = TypeAdapter[str](Registry)
    for good in ("docker.io", "localhost:5000", "registry.example.com:443"):
        assert adapter.validate_python(good) == good
    with pytest.raises(ValidationError, match="a registry's host"):
        adapter.validate_python(word)
