"""The pack as the engine meets it: an executable that speaks the analyzer protocol."""

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2
from rules import RULES
from rules.images import images_are_pinned
from rules.tenancy import team_namespaces_are_closed
from strictness import levels

from assurance.graph.graph import Graph, graph_of
from assurance.graph.resource import Marker, Resource, Secret
from tests.policies.stacks import deployment, graph, two_teams
from tests.policies.test_tenancy import MUTATIONS
from tests.policies.wire import PACK, Pack, resource, serving

ROOT = PACK.parent
STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
MANDATORY, ADVISORY = analyzer_pb2.MANDATORY, analyzer_pb2.ADVISORY


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with serving() as served:
        yield served


def test_the_pack_offers_every_rule_with_its_severity(pack: Pack) -> None:
    info = pack.info()
    offered = {(p.name, p.description, p.severity) for p in info.policies}
    expected = {
        (
            r.name,
            r.description,
            analyzer_pb2.PolicySeverity.Value(f"POLICY_SEVERITY_{r.severity.upper()}"),
        )
        for r in RULES
    }
    assert offered == expected
    assert {p.enforcementLevel for p in info.policies} == {MANDATORY}


def test_a_resource_rule_says_the_same_over_the_wire_and_on_the_graph(pack: Pack) -> None:
    manifests = [deployment("fraud", "app"), deployment("risk", "app:1"), two_teams()[0]]
    whole = graph(manifests)
    expected = sorted(
        ("images-are-pinned", fault.urn, MANDATORY, fault.message)
        for fault in images_are_pinned(whole).faults
    )
    assert len(expected) == 1
    assert [d for r in whole.resources.values() for d in pack.analyze(r)] == expected


@pytest.mark.parametrize("mutation", [None, *MUTATIONS])
def test_a_stack_rule_says_the_same_over_the_wire_and_on_the_graph(
    pack: Pack, mutation: str | None
) -> None:
    manifests = copy.deepcopy(two_teams())
    if mutation:
        MUTATIONS[mutation][0](manifests)
    whole = graph(manifests)
    expected = sorted(
        ("team-namespaces-are-closed", fault.urn, MANDATORY, fault.message)
        for fault in team_namespaces_are_closed(whole).faults
    )
    assert bool(expected) == bool(mutation)
    assert pack.analyze_stack(whole) == expected


def test_numbers_that_arrive_as_floats_and_other_kinds_are_no_obstacle(pack: Pack) -> None:
    component = Resource(
        urn="urn:pulumi:test::ml-platform::ml-platform:tenancy:Team::fraud",
        type="ml-platform:tenancy:Team",
        name="fraud",
        parent=None,
        provider=None,
        inputs={"intent": {"budget": 1.5, "replicas": 3}},
    )
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": "fraud"},
        "spec": {"ports": [{"port": 80.0}]},
    }
    assert pack.analyze(component) == []
    assert pack.analyze(resource(service)) == []
    assert pack.analyze_stack(graph_of([component], stack="test", mode="warm")) == []


def test_an_unknown_image_is_one_note_and_no_violation(pack: Pack) -> None:
    manifest = deployment("fraud", None)
    found = resource(manifest)
    inputs = copy.deepcopy(dict(found.inputs))
    inputs["spec"]["template"]["spec"]["containers"][0]["image"] = Marker.UNKNOWN
    ((policy, _, level, message),) = pack.analyze(resource(manifest, inputs=inputs))
    assert (policy, level) == ("images-are-pinned", ADVISORY)
    assert "1 not evaluated: fraud-api-deployment because the image of main is not known" in message


def test_a_cluster_that_does_not_exist_yet_leaves_every_namespace_open_to_doubt(
    pack: Pack,
) -> None:
    """In such a preview the engine shows every object without outputs."""
    unseen = [resource(manifest, inputs={}) for manifest in two_teams()]
    ((policy, _, level, message),) = pack.analyze_stack(_of(unseen))
    assert (policy, level) == ("team-namespaces-are-closed", ADVISORY)
    assert "2 not evaluated" in message


def test_no_secret_value_leaves_the_pack(pack: Pack) -> None:
    manifest = deployment("fraud", "app")
    found = resource(manifest)
    inputs = copy.deepcopy(dict(found.inputs))
    env = [{"name": "PASSWORD", "value": Secret("canary-4711")}]
    inputs["spec"]["template"]["spec"]["containers"][0]["env"] = env
    diagnostics = pack.analyze(resource(manifest, inputs=inputs))
    assert len(diagnostics) == 1
    assert "canary-4711" not in str(diagnostics)


def test_levels_given_with_the_pack_decide(pack: Pack) -> None:
    floating = resource(deployment("fraud", "app"))
    try:
        pack.configure(images_are_pinned={"level": "ADVISORY"})
        assert [level for _, _, level, _ in pack.analyze(floating)] == [ADVISORY]
        pack.configure(images_are_pinned={"level": "DISABLED"})
        assert pack.analyze(floating) == []
        pack.configure(images_are_pinned={"unknown": "violation"})
        inputs = {**floating.inputs, "spec": Marker.UNKNOWN}
        unknown = resource(deployment("fraud", "app"), inputs=inputs)
        assert [level for _, _, level, _ in pack.analyze(unknown)] == [MANDATORY]
    finally:
        pack.configure()


def test_a_broken_rule_is_a_violation_and_the_pack_goes_on(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "policies")
    (tmp_path / "assurance").symlink_to(ROOT / "assurance")
    images = tmp_path / "policies" / "rules" / "images.py"
    images.write_text(images.read_text().replace("    faults, containers = [], 0\n", "    1 / 0\n"))
    with serving(tmp_path / "policies") as broken:
        ((policy, _, level, message),) = broken.analyze(resource(deployment("fraud", "app:1")))
        assert (policy, level) == ("images-are-pinned", MANDATORY)
        assert "itself is broken (ZeroDivisionError at images.py:" in message
        assert broken.analyze_stack(graph(two_teams())) == []


def test_a_stacks_own_levels_are_found_without_being_given(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "policies")
    (tmp_path / "assurance").symlink_to(ROOT / "assurance")
    text = json.dumps({"images-are-pinned": {"enforcementLevel": "advisory"}})
    (tmp_path / "policies" / "levels" / "lenient.json").write_text(text)
    with serving(tmp_path / "policies", PULUMI_STACK="lenient") as lenient:
        info = lenient.info()
    initial = {name: config.enforcementLevel for name, config in info.initialConfig.items()}
    assert initial == {"images-are-pinned": ADVISORY}


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_states_a_level_for_every_rule_and_for_nothing_else(stack: str) -> None:
    assert set(levels(PACK, stack)) == {rule.name for rule in RULES}


def test_levels_belong_to_stacks() -> None:
    assert STACKS
    assert {path.stem for path in (PACK / "levels").iterdir()} <= set(STACKS)


def _of(resources: list[Any]) -> Graph:
    return graph_of(resources, stack="test", mode="cold")
