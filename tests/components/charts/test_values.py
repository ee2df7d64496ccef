"""Our values beside the chart's own: every key that we set is one that the chart knows."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from components.charts.release import Release
from tests.components.charts.releases import DEFINERS, RELEASES
from tests.outside import ROOT, VALUES

LOCK = json.loads((ROOT / "docs" / "charts.lock").read_text("utf-8"))
UNLISTED = frozenset({("kube-prometheus-stack", "grafana.service.nodePort")})
"""Keys that work although the chart's values.yaml leaves them out."""
_AS_KUBERNETES_HAS_IT = frozenset({"resources", "securityContext", "podSecurityContext"})
"""What is below them is passed on."""

each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
each_known = VALUES.each(RELEASES)


def facts(release: Release) -> Path:
    return VALUES.path / release.pin.chart


def _read(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)


def values(folder: Path) -> dict[str, Any]:
    """The chart's own; those of a chart within it lie below that one's name, beside what it has."""
    known: dict[str, Any] = _read(folder / "values.yaml")
    chart = _read(folder / "Chart.yaml")
    for within in chart.get("dependencies", ()):
        theirs = folder.parent / within["name"]
        if theirs.is_dir():
            name = within.get("alias") or within["name"]
            known[name] = _over(values(theirs), known.get(name) or {})
    return known


def _over(theirs: Any, ours: Any) -> Any:
    if not (isinstance(theirs, dict) and isinstance(ours, dict)):
        return ours
    return theirs | {key: _over(theirs.get(key), value) for key, value in ours.items()}


@each_known
def test_every_key_that_we_set_is_in_the_charts_own_values(release: Release) -> None:
    known = values(facts(release))
    looked = list(unknown(release.values, known))
    assert looked, "no key was looked at"
    strange = {key for key, there in looked if not there}
    assert {key for key in strange if (release.pin.chart, key) not in UNLISTED} == set()


def test_a_key_that_a_chart_does_not_know_is_found() -> None:
    known = {"image": {"tag": ""}, "labels": {}, "service": None}
    ours = {"image": {"tog": "1"}, "labels": {"any": "thing"}, "service": {"port": 1}, "imag": 1}
    assert [key for key, there in unknown(ours, known) if not there] == ["image.tog", "imag"]


@each_known
def test_our_values_are_what_the_charts_schema_asks_for(release: Release) -> None:
    schema = facts(release) / "values.schema.json"
    if schema.is_file():
        validator = jsonschema_rs.validator_for(json.loads(schema.read_text("utf-8")))
        known = _read(facts(release) / "values.yaml")
        together = merged(known, release.values)
        assert [error.message for error in validator.iter_errors(together)] == []


@each_release
def test_these_very_values_were_rendered_with_the_real_chart(release: Release) -> None:
    """When this fails: render the chart, compare it with the stand-in, and enter what came out."""
    entry = LOCK[release.name]
    assert entry["chart"] == release.pin.label
    assert entry["values"] == release.values_digest
    expected = {c.image for w in release.stand_in.workloads for c in w.containers}
    made_later = {c.image for w in release.stand_in.workloads if w.made_of for c in w.containers}
    assert expected - made_later <= set(entry["images"])
    assert sum(entry["objects"].values()) > 0


def test_no_entry_is_left_of_a_chart_that_has_gone() -> None:
    assert set(LOCK) == {release.name for release in (*RELEASES, *DEFINERS)}


@pytest.mark.parametrize("release", DEFINERS, ids=lambda release: release.name)
def test_a_chart_of_nothing_but_kinds_was_rendered_and_brought_those_that_are_expected(
    release: Release,
) -> None:
    entry = LOCK[release.name]
    assert (entry["chart"], entry["values"]) == (release.pin.label, release.values_digest)
    assert entry["definitions"] == len(release.stand_in.definitions)
    assert set(entry["objects"]) <= {  # what keeps channels of one kind apart
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }


def merged(known: Any, ours: Any) -> Any:
    """As helm lays our values over the chart's own."""
    if not isinstance(known, dict) or not isinstance(ours, Mapping):
        return ours
    return {**known, **{key: merged(known.get(key), value) for key, value in ours.items()}}


def unknown(ours: Mapping[str, Any], known: Any, at: str = "") -> Iterator[tuple[str, bool]]:
    """Each of our keys, and whether the chart has it; below an empty map, anything goes."""
    for key, value in ours.items():
        path = f"{at}{key}"
        yield path, key in known
        below = known.get(key)
        if key not in _AS_KUBERNETES_HAS_IT and isinstance(value, Mapping) and below:
            yield from unknown(value, below, f"{path}.")
