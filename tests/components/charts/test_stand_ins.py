"""Every chart's stand-in beside a rendering of the real chart, where one is at hand."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.charts.agreement import differences
from components.charts.cleaning import Rendered, without_nulls
from components.charts.release import Release
from components.charts.simulated import stand_in_definitions, stand_in_objects
from components.manifests import faults
from components.manifests.custom import KINDS
from components.manifests.custom.definitions import definition_name
from tests.components.charts.releases import DEFINED_IN, DEFINERS, RELEASES, SWITCHED_OFF
from tests.outside import DEFINITIONS, RENDERED

each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
each_rendered = RENDERED.each(RELEASES)


def rendering(release: Release) -> Rendered:
    file = RENDERED.path / f"{release.pin.chart}.json"
    besides = SWITCHED_OFF.get(release.pin.chart, ())
    items = [
        item
        for item in json.loads(file.read_text("utf-8"))["items"]
        if not item["metadata"]["name"].startswith(besides)
    ]
    return Rendered(
        objects=tuple(without_nulls(item) for item in items), definitions=definitions(release)
    )


def definitions(release: Release) -> tuple[dict[str, Any], ...]:
    """Those of upstream; the renderings at hand were made without them."""
    chart = release.pin.chart
    folders = (DEFINITIONS.path / name for name in DEFINED_IN.get(chart, (chart,)))
    names = [file.stem for folder in folders for file in folder.glob("*.json")]
    known = names or release.stand_in.definitions
    return tuple({"metadata": {"name": name}} for name in known)


@each_rendered
def test_a_stand_in_is_what_the_real_chart_makes_but_for_sizes(release: Release) -> None:
    """The renderings at hand were made with sample sizes."""
    found = differences(release.stand_in, rendering(release))
    assert [line for line in found if ": resources: " not in line] == []


@each_rendered
def test_whatever_is_changed_in_a_rendering_that_a_stand_in_states_is_a_difference(
    release: Release,
) -> None:
    original = rendering(release)
    before = differences(release.stand_in, original)
    tried = 0
    for mutant in mutants(original):
        tried += 1
        assert differences(release.stand_in, mutant) != before
    assert tried >= 8, tried


@each_release
def test_objects_of_a_stand_in_are_valid_agree_with_it_and_say_that_they_are_assumed(
    release: Release,
) -> None:
    objects = stand_in_objects(release)
    kinds = stand_in_definitions(release)
    assert [fault for each in (*objects, *kinds) for fault in faults(each)] == []
    later = {each.name for each in release.stand_in.workloads if each.made_of}
    charts_own = tuple(each for each in objects if each["metadata"]["name"] not in later)
    whole = Rendered(objects=charts_own, definitions=definitions(release))
    assert differences(release.stand_in, whole) == []
    said = {each["metadata"]["annotations"]["ml-platform/assumes"] for each in (*objects, *kinds)}
    assert said == {release.pin.label}


def test_every_custom_kind_that_we_write_comes_with_a_chart() -> None:
    brought = {name for release in (*RELEASES, *DEFINERS) for name in release.stand_in.definitions}
    ours = {definition_name(gvk) for gvk in KINDS}
    assert ours
    assert ours <= brought


def mutants(rendered: Rendered) -> Iterator[Rendered]:
    """One fact changed each: of a workload's pods, its containers, or a Service."""
    for at, each in enumerate(rendered.objects):
        for changed in _changes(each):
            objects = [*rendered.objects[:at], changed, *rendered.objects[at + 1 :]]
            yield Rendered(objects=tuple(objects), definitions=())


def _changes(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if manifest["kind"] == "Service":
        for ports in ([], [{"port": 1}]):
            yield _with(manifest, ("spec", "ports"), ports)
        yield _with(manifest, ("spec", "selector"), {"app": "another"})
    if manifest["kind"] == "GatewayClass":
        yield _with(manifest, ("metadata", "name"), "another")
        yield _with(manifest, ("spec", "controllerName"), "another")
    if manifest["kind"] not in {"Deployment", "StatefulSet", "DaemonSet"}:
        return
    pod = ("spec", "template", "spec")
    yield _with(manifest, ("kind",), "Job")
    yield _with(manifest, ("metadata", "name"), "another")
    if manifest["kind"] != "DaemonSet":
        yield _with(manifest, ("spec", "replicas"), 7)
    spec = manifest["spec"]["template"]["spec"]
    yield _with(manifest, (*pod, "hostNetwork"), not spec.get("hostNetwork"))
    if manifest["kind"] == "DaemonSet":
        yield _with(manifest, (*pod, "tolerations"), [])
    yield _with(manifest, (*pod, "serviceAccountName"), "another")
    yield _with(manifest, (*pod, "priorityClassName"), "another")
    yield _with(manifest, (*pod, "containers", 0, "image"), "another")
    yield _with(manifest, (*pod, "containers", 0, "name"), "another")
    yield _with(manifest, (*pod, "containers", 0, "ports"), [{"containerPort": 1}])
    yield _with(manifest, (*pod, "initContainers"), [{"name": "another"}])
    yield _with(manifest, ("spec", "template", "metadata", "labels"), {})


def _with(manifest: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(manifest)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return dict(changed)
