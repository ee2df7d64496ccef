"""The same findings on the graph and over the pack's own protocol."""

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.intent_json import (
    DATA_PLATFORM,
    PLATFORM,
    intent_from_graph,
    waivers_to_json,
)
from assurance.graph.resource import Resource
from assurance.graph.values import Level, Waiver
from assurance.guardrails.rules import ALL
from assurance.proofs.guardrails import guardrails
from assurance.proofs.registry import proof
from tests.policies.corpus import bad, homes, stack
from tests.policies.findings import PROOFS, expected, found
from tests.policies.stacks import MUTATIONS, closed, deployment, graph, two_teams
from tests.policies.wire import Pack, Said, hosted, resource
from tests.rehearsed import NAMES, graphs

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.e2e) for seed in (2, 3)))
GUARDRAILS_ALONE = dict.fromkeys(PROOFS, "disabled")


def test_something_is_planted_for_every_guardrail() -> None:
    assert set(bad()) == {rule.name for rule in ALL}


@pytest.fixture(scope="module")
def planted(running: Pack) -> tuple[Graph, list[Said]]:
    """A stack with a violation of every guardrail, and what the pack has to say of it."""
    running.configure()
    whole = graph([*homes(), *(each for manifests in bad().values() for each in manifests)])
    return whole, running.judge(whole)


def test_what_is_planted_is_found_as_it_is_on_the_graph(planted: tuple[Graph, list[Said]]) -> None:
    whole, said = planted
    assert found(said) == expected(whole)


@pytest.mark.parametrize("rule", bad())
def test_a_planted_violation_is_told_of_its_own_object_and_with_a_remedy(
    planted: tuple[Graph, list[Said]], rule: str
) -> None:
    _, said = planted
    own = {resource(manifest).urn for manifest in bad()[rule]}
    guardrail = next(each for each in ALL if each.name == rule)
    messages = [one.message for one in said if one.policy == rule and one.urn in own]
    assert messages
    for message in messages:
        assert f": {guardrail.title} Not so: " in message
        assert message.endswith(guardrail.remedy)


@pytest.mark.parametrize("seed", SEEDS)
def test_on_generated_stacks_the_pack_finds_what_is_found_on_the_graph(
    pack: Pack, seed: int
) -> None:
    pack.configure(**GUARDRAILS_ALONE)
    whole = stack(seed, 150)
    refuted, unknown = expected(whole, PROOFS)
    assert found(pack.judge(whole)) == (refuted, unknown)
    rules = Counter(policy for policy, _ in refuted)
    assert len(rules) > 25
    assert unknown > 100
    print(f"{len(refuted)} refuted by {len(rules)} rules, {unknown} unknown")  # noqa: T201 - counted


@pytest.mark.parametrize("seed", SEEDS)
def test_in_whatever_order_resources_are_shown_the_findings_are_the_same(
    pack: Pack, seed: int
) -> None:
    whole = stack(seed, 60)
    shuffled = list(whole.resources.values())
    Random(seed).shuffle(shuffled)
    pack.configure(**GUARDRAILS_ALONE)
    assert found(pack.judge(whole, shuffled)) == expected(whole, PROOFS)


@pytest.mark.e2e
@pytest.mark.parametrize("name", NAMES)
def test_on_the_stacks_themselves_the_pack_finds_what_is_found_on_the_graph(
    pack: Pack, name: str
) -> None:
    whole = graphs()[name]
    said = pack.judge(whole)
    assert found(said) == expected(whole)
    digests = [one.message for one in said if one.policy == "images-have-a-digest"]
    assert digests
    assert all(" From: teams." in message or " From: platform." in message for message in digests)
    assert guardrails(whole, Intent()).population["verdicts"] > 50


@pytest.mark.e2e
@pytest.mark.parametrize("name", [name for name in NAMES if name != "teams"])
def test_at_its_own_levels_a_stack_has_no_violation_and_no_doubt_but_of_pins(name: str) -> None:
    whole = graphs()[name]
    with hosted() as pack:
        pack.info(name)
        said = pack.judge(whole)
    findings = proof("governance")(whole, intent_from_graph(whole)).findings
    unseen = sum(each.rule == "governance/unverified-pin" for each in findings)
    assert found(said) == (set(), unseen if name.startswith("prod") else 0)
    assert {one.level for one in said} <= {Level.ADVISORY}


def test_production_is_refused_where_nobody_answers_for_a_chart_without_a_digest() -> None:
    resources = graphs()["prod"].resources.values()
    unsigned = [
        replace(each, inputs={**each.inputs, "intent": waivers_to_json([])})
        if each.type == DATA_PLATFORM
        else each
        for each in resources
    ]
    with hosted() as pack:
        pack.info("prod")
        said = pack.judge(graph_of(unsigned, stack="prod", mode="warm"))
    refused = [one for one in said if "governance/unverified-pin" in one.message]
    assert [(one.policy, one.level) for one in refused] == [("unknown", Level.MANDATORY)]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_wall_that_is_missing_is_found_by_its_proof(pack: Pack, mutation: str) -> None:
    manifests = two_teams()
    change, missing = MUTATIONS[mutation]
    change(manifests)
    whole = graph(manifests)
    said = pack.judge(whole)
    assert found(said) == expected(whole)
    messages = [one.message for one in said if one.policy == "tenancy"]
    assert len(messages) == len(missing)
    for what in missing:
        assert any(f"Namespace fraud: It has no {what}. Declare" in text for text in messages)


def test_a_closed_team_has_no_fault(pack: Pack) -> None:
    assert not [one for one in pack.judge(graph(two_teams())) if one.policy == "tenancy"]


@pytest.mark.parametrize(
    ("expires", "level"), [("2999-01-01", "advisory"), ("2001-01-01", "mandatory")]
)
def test_what_somebody_answers_for_is_advice_until_that_day(
    pack: Pack, expires: str, level: str
) -> None:
    waived = ["guardrails/images-have-a-version: Deployment *", "tenancy/quota: *"]
    platform = Resource(
        urn=f"urn:pulumi:test::ml-platform::{DATA_PLATFORM}::data",
        type=DATA_PLATFORM,
        name="platform",
        parent=None,
        provider=None,
        inputs={
            "intent": waivers_to_json(
                [
                    Waiver(
                        finding=each, owner="ada", reason="why", expires=date.fromisoformat(expires)
                    )
                    for each in waived
                ]
            )
        },
        custom=False,
    )
    manifests = [m for m in closed("fraud") if m["kind"] != "ResourceQuota"]
    resources = [platform, *map(resource, [*manifests, deployment("fraud", "app")])]
    said = pack.judge(graph_of(resources, stack="test", mode="warm"), resources)
    found = {one.policy: one for one in said}
    assert {found[each].level for each in ("images-have-a-version", "tenancy")} == {level}
    assert f"Waived until {expires} by ada: why" in found["tenancy"].message
    assert found["pod-security-run-as-non-root"].level == "mandatory"


@pytest.mark.parametrize("registry", ["ghcr.io", "docker.io"])
def test_images_come_from_where_the_platform_says(pack: Pack, registry: str) -> None:
    platform = Resource(
        urn=f"urn:pulumi:test::ml-platform::{PLATFORM}::platform",
        type=PLATFORM,
        name="platform",
        parent=None,
        provider=None,
        inputs={"intent": {"endpoints": {}, "registries": [registry]}},
        custom=False,
    )
    resources = [platform, *map(resource, [*closed("fraud"), deployment("fraud", "app:1")])]
    said = pack.judge(graph_of(resources, stack="test", mode="warm"), resources)
    found = {one.policy for one in said}
    assert ("images-come-from-known-registries" in found) is (registry != "docker.io")
    assert "pod-security-run-as-non-root" in found
