"""The rules as data, and the policies that are made of them."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from assurance.graph.pod_kinds import KINDS
from assurance.guardrails import Framework, Guardrail, Kind, to_cel
from assurance.guardrails.admission import carriers
from assurance.guardrails.predicate import Matches, at
from assurance.guardrails.rules import ALL, BASELINE, RESTRICTED, images_come_from
from assurance.guardrails.rules.pod_security import VOLUMES_ALLOWED, VOLUMES_REFUSED

RULES = (*ALL, images_come_from(("registry.example.com",)))
VOLUME = "kubernetes-json-schema/v1.35.0-local/volume-v1.json"
"""Within the package of Kubernetes' own schemas."""


def test_names_are_unique_and_in_kebab_case() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_wants_what_to_do_and_why(rule: Guardrail) -> None:
    assert rule.title.endswith(".")
    assert rule.remedy.endswith((".", "…."))
    assert len(rule.page) > 40
    assert "\n" not in rule.title + rule.remedy
    assert rule.frameworks or rule.name == "pods-name-their-team"


def test_there_is_a_rule_for_each_check_of_the_standards() -> None:
    ids = [c.id for rule in ALL for c in rule.frameworks if c.framework is Framework.PSS]
    assert (len(BASELINE), len(RESTRICTED)) == (12, 7)
    assert len(set(ids)) == len(ids) == 19


def test_every_source_of_a_volume_is_either_allowed_or_refused() -> None:
    package = find_spec("kubernetes_validate")
    assert package
    assert package.origin
    schema = json.loads((Path(package.origin).parent / VOLUME).read_text())
    known = set(schema["properties"]) - {"name"}
    assert known == {*VOLUMES_ALLOWED, *VOLUMES_REFUSED}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_becomes_a_policy_and_a_binding(rule: Guardrail) -> None:
    policy, binding = to_cel(rule)
    assert policy["metadata"]["name"] == binding["spec"]["policyName"]
    assert policy["spec"]["failurePolicy"] == "Fail"
    [validation] = policy["spec"]["validations"]
    assert rule.remedy in validation["message"]
    assert ("matchResources" in binding["spec"]) is bool(rule.applies.scope.conditions)
    assert validation["expression"].count("(") == validation["expression"].count(")")


def test_on_the_cluster_each_of_kubernetes_own_kinds_is_told_by_its_name_alone() -> None:
    kinds = [kind for kind, _ in carriers()]
    assert len({kind.kind for kind in kinds}) == len(kinds) == 8
    assert {(kind.group, kind.kind) for kind in kinds} <= set(KINDS)


def test_the_api_spells_kinds_in_the_plural() -> None:
    words = {"NetworkPolicy": "networkpolicies", "Ingress": "ingresses", "Pod": "pods"}
    assert {kind: Kind("", kind).resource for kind in words} == words


@pytest.mark.parametrize("pattern", [r"(?i)a", r"a\s", r"(?=a)", r"\bword", r"(a)\1", "("])
def test_a_pattern_that_two_languages_read_differently_is_refused(pattern: str) -> None:
    with pytest.raises((ValueError, re.error)):
        Matches(at("a"), pattern)
