"""What a guardrail says offline: about what is known, what is not, and where pods stand."""

from collections.abc import Iterator, Mapping
from copy import copy, deepcopy
from random import Random
from typing import Any

import pytest

from assurance.graph.resource import Marker, Secret
from assurance.guardrails import Guardrail, Outcome, Verdict, evaluate
from assurance.guardrails.images import part_of
from assurance.guardrails.predicate import ImagePart
from assurance.guardrails.rules import ALL, images_come_from
from tests.assurance.guardrails.corpus import cases
from tests.assurance.guardrails.object_changes import OBJECTS
from tests.assurance.guardrails.planted import planted
from tests.assurance.guardrails.samples import Manifest, pod, wrapped

RULES = {rule.name: rule for rule in (*ALL, images_come_from(("registry.example.com",)))}
ABOUT_PODS = [rule for rule in RULES.values() if rule.name.startswith("pod-security")]
UNKNOWN, ACCEPTED = Outcome.UNKNOWN, Outcome.ACCEPTED
REFUSED, OUTSIDE = Outcome.REFUSED, Outcome.OUT_OF_SCOPE
PLANTED = planted()


def ray(template: Manifest) -> Manifest:
    groups = [{"groupName": "a", "template": pod()}, {"groupName": "b", "template": template}]
    spec = {"headGroupSpec": {"template": pod()}, "workerGroupSpecs": groups}
    return {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {}, "spec": spec}


@pytest.mark.parametrize("name", [name for name in PLANTED if "default-namespace" not in name])
def test_a_guardrail_refuses_what_it_is_there_for(name: str) -> None:
    verdict = evaluate(RULES[name], PLANTED[name].manifest)
    expected = ACCEPTED if name == "pod-security-proc-mount" else REFUSED
    assert verdict.outcome is expected, verdict
    assert bool(verdict.places) is (expected is REFUSED)


def test_every_guardrail_has_something_that_it_refuses() -> None:
    assert set(RULES) == set(PLANTED)


@pytest.mark.parametrize("kind", ["Pod", "Deployment", "CronJob", "ReplicationController"])
def test_a_good_pod_is_accepted_in_every_kind(kind: str) -> None:
    manifest = wrapped(kind, pod())
    manifest["metadata"]["namespace"] = "fraud"
    verdicts = {name: evaluate(rule, manifest).outcome for name, rule in RULES.items()}
    assert set(verdicts.values()) == {ACCEPTED, OUTSIDE}
    assert sum(outcome is ACCEPTED for outcome in verdicts.values()) > 20


def test_a_pod_that_has_its_node_from_others_may_be_there() -> None:
    """From the scheduler, whose word only the API server writes; or shown by the node itself."""
    rule = RULES["pods-leave-their-node-to-the-scheduler"]
    named = PLANTED[rule.name].manifest
    placed = {"status": {"conditions": [{"type": "PodScheduled", "status": "True"}]}}
    notes = {"kubernetes.io/config.mirror": "0a1b"}
    mirrored = {**named, "metadata": {**named["metadata"], "annotations": notes}}
    assert [evaluate(rule, each).outcome for each in (named, named | placed, mirrored)] == [
        REFUSED,
        ACCEPTED,
        ACCEPTED,
    ]
    assert evaluate(rule, wrapped("Deployment", named)).outcome is REFUSED


def test_a_refusal_names_the_place() -> None:
    template = pod()
    template["spec"]["containers"][1]["securityContext"]["privileged"] = True
    rule = RULES["pod-security-privileged"]
    within = "spec.containers[1].securityContext.privileged"
    assert evaluate(rule, wrapped("Pod", deepcopy(template))) == Verdict(REFUSED, (within,))
    assert evaluate(rule, wrapped("CronJob", deepcopy(template))).places == (
        f"spec.jobTemplate.spec.template.{within}",
    )
    assert evaluate(rule, ray(template)).places == (f"spec.workerGroupSpecs[1].template.{within}",)


def test_what_is_not_known_is_named_and_never_passes() -> None:
    manifest = wrapped("Deployment", pod())
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["securityContext"]["privileged"] = Marker.UNKNOWN
    container["image"] = Marker.SECRET_UNKNOWN
    where = "spec.template.spec.containers[0]"
    privileged = evaluate(RULES["pod-security-privileged"], manifest)
    assert privileged == Verdict(UNKNOWN, (f"{where}.securityContext.privileged",))
    versions = evaluate(RULES["images-have-a-version"], manifest)
    assert versions == Verdict(UNKNOWN, (f"{where}.image",))
    assert evaluate(RULES["pod-security-sysctls"], manifest).outcome is ACCEPTED


def test_a_known_violation_outweighs_what_is_not_known() -> None:
    manifest = wrapped("Pod", pod())
    manifest["spec"]["containers"][0]["securityContext"] = Marker.UNKNOWN
    manifest["spec"]["containers"][1]["securityContext"]["privileged"] = True
    verdict = evaluate(RULES["pod-security-privileged"], manifest)
    assert verdict == Verdict(REFUSED, ("spec.containers[1].securityContext.privileged",))


@pytest.mark.parametrize("steps", [(), ("spec",), ("spec", "template"), ("metadata",)])
def test_an_unknown_part_is_unknown_all_the_way_down(steps: tuple[str, ...]) -> None:
    manifest = wrapped("Deployment", pod())
    at_which = manifest
    for step in steps[:-1]:
        at_which = at_which[step]
    for key in steps[-1:] if steps else ("apiVersion",):
        at_which[key] = Marker.UNKNOWN
    outcomes = {evaluate(rule, manifest).outcome for rule in ABOUT_PODS}
    assert outcomes == ({ACCEPTED} if steps == ("metadata",) else {UNKNOWN})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a manifest below its kind and name."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def put(manifest: Manifest, path: tuple[Any, ...], value: Any) -> Manifest:
    """A copy that shares whatever is beside the path."""
    step, *rest = path
    changed: Any = copy(manifest)
    changed[step] = put(changed[step], tuple(rest), value) if rest else value
    return changed  # type: ignore[no-any-return] # a manifest, or a part of one


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_guardrail_also_accepts_and_does_not_know(rule: Guardrail) -> None:
    good = [wrapped(kind, pod()) for kind in ("Pod", "Deployment")]
    good += [make() for make, _ in OBJECTS.values()]
    for manifest in good[:2]:
        manifest["metadata"]["namespace"] = "fraud"
    accepted = [one for one in good if evaluate(rule, one).outcome is ACCEPTED]
    assert accepted
    hidden = {
        path: evaluate(rule, put(accepted[0], path, Marker.UNKNOWN)).outcome
        for path in places(accepted[0])
        if path[0] not in {"apiVersion", "kind"}
    }
    assert UNKNOWN in hidden.values()
    assert REFUSED not in hidden.values()


def test_a_verdict_on_what_is_partly_unknown_holds_however_it_turns_out() -> None:
    """Hide one part: the verdict is unknown, or what it was, whatever had stood there."""
    rng, decided, undecided = Random(7), 0, 0
    for case in cases(11, 120):
        manifest = case.manifest
        [*hideable] = (path for path in places(manifest) if path[0] not in {"apiVersion", "kind"})
        path = rng.choice(hideable)
        for rule in rng.sample([*RULES.values()], 12):
            verdict = evaluate(rule, put(manifest, path, Marker.UNKNOWN))
            if verdict.outcome is UNKNOWN:
                undecided += 1
                continue
            decided += verdict.outcome is not OUTSIDE
            for other in (manifest, put(manifest, path, None)):
                found = evaluate(rule, other).outcome
                assert found in {verdict.outcome, UNKNOWN}, f"{rule.name}: {path} of {other}"
    assert decided > 200
    assert undecided > 50


def test_a_secret_counts_by_its_value_and_does_not_show() -> None:
    manifest = wrapped("Pod", pod())
    manifest["spec"]["containers"][0]["image"] = Secret("nginx:latest")
    verdict = evaluate(RULES["images-have-a-version"], manifest)
    assert verdict == Verdict(REFUSED, ("spec.containers[0].image",))


def test_where_no_container_is_shown_an_operator_adds_what_nobody_knows() -> None:
    model = {"predictor": {"model": {"storageUri": "s3://a"}}}
    manifest = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "spec": model,
    }
    rule = RULES["pod-security-privileged"]
    assert evaluate(rule, manifest) == Verdict(UNKNOWN, ("spec.predictor.containers",))
    model["predictor"]["hostNetwork"] = True  # type: ignore[assignment]
    verdict = evaluate(RULES["pods-stay-off-the-host-network"], manifest)
    assert verdict == Verdict(REFUSED, ("spec.predictor.hostNetwork",))


def test_a_bare_spec_has_its_owners_labels() -> None:
    spec = {"predictor": {"containers": [{"name": "a"}]}}
    manifest: Manifest = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"labels": {"ml-platform/team": "fraud"}},
        "spec": spec,
    }
    rule = RULES["pods-name-their-team"]
    assert evaluate(rule, manifest).outcome is ACCEPTED
    del manifest["metadata"]["labels"]
    assert evaluate(rule, manifest) == Verdict(REFUSED, ('metadata.labels["ml-platform/team"]',))


@pytest.mark.parametrize(
    ("field", "value"), [("containers", "x"), ("containers", ["x"]), ("securityContext", [1])]
)
def test_shapes_that_no_api_server_takes_do_not_pass(field: str, value: Any) -> None:
    manifest = wrapped("Pod", pod())
    manifest["spec"][field] = value
    wrong = "spec.containers[0]" if value == ["x"] else f"spec.{field}"
    assert evaluate(RULES["pod-security-run-as-user"], manifest) == Verdict(UNKNOWN, (wrong,))


def test_null_is_missing() -> None:
    manifest = wrapped("Pod", pod())
    manifest["spec"] |= {"hostNetwork": None, "volumes": None, "initContainers": None}
    manifest["spec"]["containers"][0]["securityContext"]["privileged"] = None
    assert {evaluate(rule, manifest).outcome for rule in ABOUT_PODS} == {ACCEPTED}


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("nginx", ("docker.io", "nginx", None, None)),
        ("team/app:2", ("docker.io", "team/app", "2", None)),
        ("localhost/a:1", ("localhost", "a", "1", None)),
        ("reg:5000/a/b", ("reg:5000", "a/b", None, None)),
        ("ghcr.io/a/b:1@sha256:ab", ("ghcr.io", "a/b", "1", "sha256:ab")),
        ("a.b:1", ("docker.io", "a.b", "1", None)),
        ("", ("docker.io", None, None, None)),
    ],
)
def test_an_image_reference_comes_apart(image: str, parts: tuple[str | None, ...]) -> None:
    assert tuple(part_of(image, part) for part in ImagePart) == parts
