"""Where a guardrail holds: what is known of namespaces, and what is not."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from assurance.graph.resource import Marker, Secret
from assurance.graph.values import SYSTEM_NAMESPACES
from assurance.guardrails import Guardrail, Outcome, Verdict, judge, labels_of, to_cel
from assurance.guardrails.predicate import OneOf, at
from assurance.guardrails.rules import ALL
from assurance.guardrails.scope import EVERYWHERE, Labelled, Scope, Unlabelled, position
from tests.assurance.guardrails.samples import Manifest, binding, pod, role, service, wrapped

RULES = {rule.name: rule for rule in ALL}
BALANCERS, VERSIONS = RULES["services-are-no-load-balancers"], RULES["images-have-a-version"]
WILDCARDS, LEVEL = RULES["roles-have-no-wildcards"], "pod-security.kubernetes.io/enforce"
REFUSED, UNKNOWN, OUTSIDE = Outcome.REFUSED, Outcome.UNKNOWN, Outcome.OUT_OF_SCOPE
TEAM = {"ml-platform/team": "fraud"}


def balancer(namespace: Any = "fraud") -> Manifest:
    made = service()
    made["spec"]["type"] = "LoadBalancer"
    made["metadata"]["namespace"] = namespace
    return made


def latest(namespace: Any) -> Manifest:
    made = wrapped("Deployment", pod())
    made["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:latest"
    made["metadata"]["namespace"] = namespace
    return made


def frame(name: Any, labels: Any) -> Manifest:
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


@pytest.mark.parametrize(
    ("labels", "outcome"),
    [
        (TEAM, REFUSED),
        ({"ml-platform/team": Secret("fraud")}, REFUSED),
        ({}, OUTSIDE),
        ({"team": "fraud"}, OUTSIDE),
        ({"ml-platform/team": Marker.UNKNOWN}, UNKNOWN),
        (Marker.UNKNOWN, UNKNOWN),
    ],
)
def test_a_team_s_rule_goes_by_the_namespace_s_label(labels: Any, outcome: Outcome) -> None:
    verdict = judge(BALANCERS, balancer(), {"fraud": labels})
    expected = {
        REFUSED: ("spec.type",),
        UNKNOWN: ("labels of the namespace fraud",),
        OUTSIDE: (),
    }
    assert verdict == Verdict(outcome, expected[outcome])


def test_what_is_accepted_wherever_it_stands_is_accepted() -> None:
    kept = service() | {"metadata": {"name": "a", "namespace": "elsewhere"}}
    assert judge(BALANCERS, kept, {}).outcome is Outcome.ACCEPTED
    assert judge(BALANCERS, balancer("elsewhere"), {}).outcome is UNKNOWN


@pytest.mark.parametrize("name", SYSTEM_NAMESPACES)
def test_the_system_s_namespaces_run_what_images_they_like(name: str) -> None:
    assert judge(VERSIONS, latest(name), {}).outcome is OUTSIDE
    disguised = {name: {"kubernetes.io/metadata.name": "fraud"}}
    assert judge(VERSIONS, latest(name), disguised).outcome is OUTSIDE


def test_a_name_alone_decides_what_depends_on_the_name_alone() -> None:
    for name in ("fraud", "kube-systems", None):
        assert judge(VERSIONS, latest(name), {}).outcome is REFUSED
    unknown = judge(VERSIONS, latest(Marker.UNKNOWN), {})
    assert unknown == Verdict(UNKNOWN, ("metadata.namespace",))


def test_what_belongs_to_the_whole_cluster_lies_within_every_scope() -> None:
    scope = Scope("a", (Labelled("ml-platform/team"),))
    for made in (role("ClusterRole"), binding("ClusterRoleBinding")):
        assert position(scope, made, {}).inside is True
    assert position(scope, role("Role"), {"default": {}}).inside is False


def test_a_namespace_counts_by_its_own_labels() -> None:
    scope = Scope("a", (Labelled(LEVEL, ("baseline", "restricted")),))
    others = {"fraud": {LEVEL: "baseline"}}
    for labels, inside in (
        ({LEVEL: "restricted"}, True),
        ({LEVEL: "privileged"}, False),
        (None, False),
        (Marker.UNKNOWN, None),
        ({LEVEL: Marker.UNKNOWN}, None),
    ):
        assert position(scope, frame("fraud", labels), others).inside is inside
    nameless = Scope("a", (Unlabelled("kubernetes.io/metadata.name", SYSTEM_NAMESPACES),))
    assert position(nameless, frame(Marker.UNKNOWN, {}), {}).inside is None
    assert position(nameless, frame("kube-public", {}), {}).inside is False


def test_whom_a_rule_exempts_it_leaves_alone() -> None:
    exempt = OneOf(at("metadata", "name"), ("guardrails-probe",))
    rule = replace(WILDCARDS, applies=replace(WILDCARDS.applies, exempt=exempt))
    made = role("ClusterRole")
    made["rules"][0]["verbs"] = ["*"]
    assert judge(WILDCARDS, made, {}).outcome is REFUSED
    assert judge(rule, made, {}).outcome is OUTSIDE
    made["metadata"]["name"] = Marker.UNKNOWN
    assert judge(rule, made, {}) == Verdict(UNKNOWN, ("metadata.name",))
    made["metadata"]["name"] = "another"
    assert judge(rule, made, {}).outcome is REFUSED
    conditions = {c["name"]: c["expression"] for c in to_cel(rule)[0]["spec"]["matchConditions"]}
    assert conditions["not-exempt"].startswith("!(")
    assert "not-exempt" not in str(to_cel(BALANCERS))


def test_kubernetes_own_roles_are_exempt_by_their_whole_name_and_kind() -> None:
    made = role("ClusterRole")
    made["rules"][0]["verbs"] = ["*"]
    for name, outcome in (("system:node", OUTSIDE), ("system:mine", REFUSED), ("edit", OUTSIDE)):
        made["metadata"]["name"] = name
        assert judge(WILDCARDS, made, {}).outcome is outcome
    made["kind"] = "Role"
    assert judge(WILDCARDS, made, {}).outcome is REFUSED


def test_labels_are_found_by_name_where_they_are_known() -> None:
    frames = [frame("a", TEAM), frame("b", None), frame("c", Marker.UNKNOWN)]
    frames += [frame(Marker.UNKNOWN, TEAM), {"metadata": Marker.UNKNOWN}]
    assert labels_of(frames) == {"a": TEAM, "b": {}, "c": Marker.UNKNOWN}


def test_a_part_unknown_makes_the_answer_unknown_only_where_it_matters() -> None:
    """Whatever the unknown label turns out to be, a settled answer holds."""
    settled = 0
    values = (None, "one", "two", Marker.UNKNOWN)
    conditions = [
        kind(key, picked)
        for kind in (Labelled, Unlabelled)
        for key in ("a", "b")
        for picked in ((), ("one",), ("one", "three"))
    ]
    for first, second in product(conditions, repeat=2):
        for a, b in product(values, repeat=2):
            found = answer(Scope("a", (first, second)), {"a": a, "b": b})
            fates = {
                answer(Scope("a", (first, second)), {"a": x, "b": y})
                for x, y in product(fates_of(a), fates_of(b))
            }
            assert found is None or fates == {found}
            assert found is not None or Marker.UNKNOWN in {a, b}
            settled += found is not None and Marker.UNKNOWN in {a, b}
    assert settled > 50


def fates_of(value: Any) -> tuple[Any, ...]:
    return (None, "one", "two", "three") if value is Marker.UNKNOWN else (value,)


def answer(scope: Scope, labels: Mapping[str, Any]) -> bool | None:
    carried = {key: value for key, value in labels.items() if value is not None}
    return position(scope, balancer(), {"fraud": carried}).inside


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_the_binding_says_what_the_scope_says(rule: Guardrail) -> None:
    _, bound = to_cel(rule)
    selectors = bound["spec"].get("matchResources", {}).get("namespaceSelector", {})
    stated = [
        (one["key"], one["operator"], tuple(one.get("values", ())))
        for one in selectors.get("matchExpressions", [])
    ]
    operators = {
        (Labelled, True): "In",
        (Labelled, False): "Exists",
        (Unlabelled, True): "NotIn",
        (Unlabelled, False): "DoesNotExist",
    }
    expected = [
        (one.key, operators[type(one), bool(one.values)], one.values)
        for one in rule.applies.scope.conditions
    ]
    assert stated == expected
    assert ("matchResources" in bound["spec"]) is (rule.applies.scope != EVERYWHERE)
