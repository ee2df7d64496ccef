"""The policy pack in the real engine, on a real control plane."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.resource import Resource
from assurance.guardrails.rules import ALL
from operations.sandbox import Sandbox
from tests.assurance.guardrails.samples import pod, wrapped
from tests.e2e.programs import ROOT, Programs, opened
from tests.policies.corpus import bad, homes, in_
from tests.policies.findings import expected
from tests.policies.stacks import closed
from tests.policies.wire import resource

pytestmark = pytest.mark.e2e

Manifest = dict[str, Any]
PACK = str(ROOT / "policies" / "run")
INVALID = "pod-security-proc-mount"
"""No API server takes such a pod, so no preview gets as far."""


@pytest.fixture
def programs(sandbox: Sandbox, tmp_path: Path) -> Iterator[Programs]:
    with opened(sandbox, tmp_path) as made:
        made.policies = (PACK,)
        yield made


IN_ORDER = """
before = []
for manifest in MANIFESTS:
    before.append(register(manifest, *before))
"""
TOGETHER = """
namespaces = [register(m) for m in MANIFESTS if m["kind"] == "Namespace"]
for manifest in MANIFESTS:
    if manifest["kind"] != "Namespace":
        register(manifest, *namespaces)
"""
LATER = """
namespace = kubernetes.core.v1.Namespace(
    "later",
    metadata={"labels": {"ml-platform/namespace-class": "platform"}},
    opts=pulumi.ResourceOptions(provider=CLUSTER),
)
(manifest,) = MANIFESTS
(container, *_) = manifest["spec"]["template"]["spec"]["containers"]
container["image"] = namespace.id.apply(lambda _: "app:latest")
register(manifest)
"""


def workload(namespace: str, image: str | None = None) -> Manifest:
    """A good one that is not waited for: what is judged is the pack."""
    made = in_(namespace, wrapped("Deployment", pod()), "api")
    made["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    if image:
        made["spec"]["template"]["spec"]["containers"][0]["image"] = image
    return made


def levels(directory: Path, **stated: str) -> dict[str, list[str]]:
    """As a person gives them to the engine."""
    file = directory / "levels.json"
    file.write_text(json.dumps({name.replace("_", "-"): level for name, level in stated.items()}))
    return {"policy_pack_configs": [str(file)]}


def registered(manifest: Mapping[str, Any], *after: Resource) -> Resource:
    """As the programs' `register` does it."""
    name = f"{manifest['metadata']['name']}-{manifest['kind']}".lower()
    made = resource(manifest)
    urn = f"urn:pulumi:e2e::ml-platform::{made.type}::{name}"
    return resource(manifest, urn=urn, name=name, dependencies=frozenset(r.urn for r in after))


def planted() -> list[Manifest]:
    """A violation of every guardrail, each in an object of its own."""
    made = []
    for number, (rule, manifests) in enumerate(sorted(bad().items())):
        for home, manifest in zip(("a", "b"), manifests, strict=False):
            name = f"planted-{number}-{home}"
            if rule != INVALID:
                made.append({**manifest, "metadata": {**manifest["metadata"], "name": name}})
    return made


def in_preview(manifests: list[Manifest]) -> Graph:
    spaces = [registered(m) for m in manifests if m["kind"] == "Namespace"]
    others = [registered(m, *spaces) for m in manifests if m["kind"] != "Namespace"]
    return graph_of([*spaces, *others], stack="e2e", mode="warm")


def test_every_planted_violation_is_found_by_the_engine_as_it_is_on_the_graph(
    programs: Programs,
) -> None:
    manifests = [*homes(), *planted()]
    programs.write(TOGETHER, manifests)
    said = programs.judged("preview")
    found = {(one["policy"], one["urn"] or "") for one in said if one["policy"] != "unknown"}
    stack = "urn:pulumi:e2e::ml-platform::pulumi:pulumi:Stack::ml-platform-e2e"
    refuted, _ = expected(in_preview(manifests))
    assert found == {(policy, urn or stack) for policy, urn in refuted}
    rules = {policy for policy, _ in refuted} & {rule.name for rule in ALL}
    assert rules == {rule.name for rule in ALL} - {INVALID}
    print(f"{len(found)} violations of {len(rules)} guardrails")  # noqa: T201 - counted


def test_a_closed_team_passes_preview_and_up(programs: Programs, tmp_path: Path) -> None:
    stated = levels(tmp_path, unknown="advisory")
    manifests = [*closed("closed"), workload("closed")]
    programs.write(IN_ORDER, manifests)
    programs.run("preview", **stated)
    programs.run("up", **stated)
    (note,) = programs.judged("preview", expect_no_changes=True, **stated)
    assert (note["policy"], note["level"]) == ("unknown", "advisory")
    before: list[Resource] = []
    for manifest in manifests:
        before.append(registered(manifest, *before))
    refuted, unknown = expected(graph_of(before, stack="e2e", mode="warm"))
    assert refuted == set()
    assert note["message"].startswith(f"{unknown} not evaluated. ")


@pytest.mark.parametrize("kind", ["ResourceQuota", "LimitRange", "NetworkPolicy"])
def test_a_missing_wall_fails_the_preview_before_anything_is_made(
    programs: Programs, kind: str
) -> None:
    programs.write(IN_ORDER, (m for m in closed("open") if m["kind"] != kind))
    said = programs.failing("preview")
    assert "tenancy" in said
    assert f"Namespace open: It has no {kind}" in said
    assert "broken" not in said


def test_what_is_forbidden_is_not_made_even_without_a_preview(programs: Programs) -> None:
    programs.write(IN_ORDER, [*closed("refused"), workload("refused", "app:latest")])
    said = programs.failing("up")
    assert "images-have-a-version" in said
    assert "Deployment refused/api: Every image has a digest, or a tag other than latest." in said
    assert "Name a version, or better a digest" in said
    made = {one["type"] for one in programs.state()["resources"]}
    assert "kubernetes:core/v1:Namespace" in made
    assert "kubernetes:apps/v1:Deployment" not in made


def test_an_image_that_is_not_known_yet_is_counted_in_a_preview_and_judged_in_up(
    programs: Programs, tmp_path: Path
) -> None:
    programs.write(LATER, [workload("default")])
    pinned = {"all": "disabled", "images_have_a_version": "mandatory"}
    stated = levels(tmp_path, **pinned, unknown="mandatory")
    said = programs.failing("preview", **stated)
    assert "1 not evaluated. Deployment default/api: it depends on what is not known yet: " in said
    assert "spec.template.spec.containers[0].image (images-have-a-version)" in said
    allowed = levels(tmp_path, **pinned, unknown="advisory")
    programs.run("preview", **allowed)
    assert "images-have-a-version" in programs.failing("up", **allowed)


def test_the_pack_finds_the_levels_of_the_stack_that_the_engine_names(
    programs: Programs, tmp_path: Path
) -> None:
    pack = tmp_path / "own" / "policies"
    (pack / "levels").mkdir(parents=True)
    for part in (ROOT / "policies").iterdir():
        if part.name != "levels":
            (pack / part.name).symlink_to(part)
    programs.policies = (str(pack / "run"),)
    programs.write(TOGETHER, [homes()[0], workload("baseline", "app:latest")])
    (pack / "levels" / "e2e.json").write_text('{"all": "disabled", "tenancy/quota": "disabled"}')
    programs.run("preview")
    (pack / "levels" / "e2e.json").write_text('{"images-have-a-versoin": "advisory"}')
    said = programs.failing("preview")
    assert "policies/levels/e2e.json: images-have-a-versoin: no such rule; did you mean" in said


def test_a_state_is_judged_by_night_without_program_cluster_or_login(
    programs: Programs, tmp_path: Path
) -> None:
    """`pulumi policy analyze`."""
    programs.policies = ()
    programs.write(IN_ORDER, [*closed("nightly"), workload("nightly", "app:latest")])
    programs.run("up")
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"version": 3, "deployment": programs.state()}))
    words = ("policy", "analyze", "--file", str(state), "--policy-pack", PACK, "--json")
    done = programs.pulumi(*words)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {event["policyEvent"]["policyName"] for event in events if "policyEvent" in event}
    assert done.returncode != 0
    assert {"images-have-a-version", "images-have-a-digest", "unknown"} <= found, done.stderr
    config = levels(tmp_path, all="disabled")["policy_pack_configs"]
    lenient = programs.pulumi(*words, "--policy-pack-config", config[0])
    assert lenient.returncode == 0, lenient.stdout + lenient.stderr
