"""Policies for the API server: which rules share one, how strictly, and what they say."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.values import Level
from assurance.guardrails import Guardrail
from assurance.guardrails.admission import policies, to_cel
from assurance.guardrails.predicate import Present, at
from assurance.guardrails.rules import in_force

RULES = {rule.name: rule for rule in in_force(("registry.example.com",))}


def of_kind(made: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {item["metadata"]["name"]: item["spec"] for item in made if item["kind"].endswith(kind)}


def said(spec: dict[str, Any]) -> list[str]:
    return [validation["message"].partition(":")[0] for validation in spec["validations"]]


def test_rules_about_the_same_objects_share_a_policy() -> None:
    made = policies(dict.fromkeys(RULES.values(), Level.MANDATORY))
    found, bindings = of_kind(made, "Policy"), of_kind(made, "Binding")
    assert len(made) == 2 * len(found) < len(RULES)
    assert bindings.keys() == found.keys()
    assert sorted(name for spec in found.values() for name in said(spec)) == sorted(RULES)
    for name, spec in found.items():
        selectors = {RULES[rule].applies for rule in said(spec)}
        assert len(selectors) == 1
        assert bindings[name]["policyName"] == name
        assert bindings[name]["validationActions"] == ["Deny"]
        assert re.fullmatch("ml-platform(-[a-z]+)+", name)


def test_a_level_decides_what_becomes_of_a_violation() -> None:
    stated = {
        "images-have-a-digest": Level.ADVISORY,
        "images-have-a-version": Level.DISABLED,
    }
    made = policies({r: stated.get(r.name, Level.MANDATORY) for r in RULES.values()})
    actions = {
        rule: of_kind(made, "Binding")[name]["validationActions"]
        for name, spec in of_kind(made, "Policy").items()
        for rule in said(spec)
    }
    assert actions.pop("images-have-a-digest") == ["Warn", "Audit"]
    assert actions.keys() == RULES.keys() - {"images-have-a-version", "images-have-a-digest"}
    assert set(map(tuple, actions.values())) == {("Deny",)}


def test_two_things_under_one_name_are_refused() -> None:
    rule = RULES["roles-have-no-wildcards"]
    exempt = replace(rule.applies, exempt=Present(at("metadata", "annotations", "exempt")))
    other = replace(rule, name="other", applies=exempt)
    with pytest.raises(ValueError, match="different things"):
        policies({rule: Level.MANDATORY, other: Level.MANDATORY})


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_message_names_the_rule_the_remedy_and_the_page(rule: Guardrail) -> None:
    [validation] = to_cel(rule)[0]["spec"]["validations"]
    text = validation["message"]
    assert text.startswith(f"{rule.name}: {rule.title} {rule.remedy}")
    assert text.endswith(f"docs/guardrails.md#{rule.name}")
    assert len(text) < 450
    exact = validation.get("messageExpression", "")
    assert ("ontainers" in validation["expression"]) is bool(exact)
    assert not exact or json.dumps(f"{rule.name}: {rule.title}", ensure_ascii=False) in exact


def test_an_update_of_a_template_counts_whatever_part_of_it_changes() -> None:
    """A team's label stands in the template's metadata, not in its spec."""
    [condition] = [
        one["expression"]
        for one in to_cel(RULES["pods-name-their-team"])[0]["spec"]["matchConditions"]
        if one["name"] == "something-new"
    ]
    assert "[?object.?spec.?template]" in condition
    assert "[?oldObject.?spec.?template]" in condition
    assert "object.?metadata.?labels != oldObject.?metadata.?labels" in condition
