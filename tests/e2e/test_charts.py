"""Charts through the real helm, from a folder and from an index on this machine."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from components.charts.helm import ChartError
from components.charts.obtaining import REHEARSAL, Store
from components.charts.patch import Patch
from components.charts.source import ChartsConfig, Source
from tests.e2e.small_chart import PIN, RELEASE, had, packaged

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def charts(helm: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packaged(helm, tmp_path_factory.mktemp("charts"))


@pytest.fixture
def store(charts: Path, tmp_path: Path) -> Store:
    config = ChartsConfig(source=Source.DIRECTORY, directory="charts")
    shutil.copytree(charts, tmp_path / "charts")
    return Store(config=config, project=tmp_path, folder=tmp_path / "cache")


def test_a_chart_becomes_its_objects_without_tests_or_nulls_in_its_namespace(store: Store) -> None:
    got = had(RELEASE, store)
    found = {(o["kind"], o["metadata"]["name"], o["metadata"]["namespace"]) for o in got.objects}
    assert found == {
        ("Deployment", "one", "data"),
        ("Service", "one", "data"),
        ("ConfigMap", "monitored", "data"),
    }
    assert got.assumed is None
    monitored = next(o for o in got.objects if o["metadata"]["name"] == "monitored")
    assert monitored["data"] == {"kubernetes": "v1.35.0"}


def test_the_second_rendering_is_the_first_one_kept_and_takes_milliseconds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = had(RELEASE, store)
    monkeypatch.setenv("PATH", "")
    began = time.perf_counter()
    again = had(RELEASE, store)
    assert time.perf_counter() - began < 0.25
    assert again == first


def test_a_rehearsal_takes_what_is_kept_and_makes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REHEARSAL, "1")
    assert had(RELEASE, store).assumed == "small 1.2.3"
    assert not store.folder.exists()
    monkeypatch.delenv(REHEARSAL)
    rendered = had(RELEASE, store)
    monkeypatch.setenv(REHEARSAL, "1")
    assert had(RELEASE, store) == rendered
    other = replace(RELEASE, values={**RELEASE.values, "replicas": 3})
    assert had(other, store).assumed == "small 1.2.3"


def test_a_chart_that_makes_something_up_is_refused_and_the_object_is_named(store: Store) -> None:
    made_up = replace(RELEASE, values={**RELEASE.values, "random": True})
    with pytest.raises(ChartError, match=r"small 1\.2\.3 makes ConfigMap made-up anew"):
        had(made_up, store)


def test_a_rendering_that_is_not_as_expected_says_in_what(store: Store) -> None:
    fewer = replace(RELEASE, values={**RELEASE.values, "replicas": 1})
    with pytest.raises(ChartError, match="Deployment one: replicas: expected 2, got 1"):
        had(fewer, store)


def test_values_that_the_chart_cannot_take_are_told_in_its_own_words(store: Store) -> None:
    broken = replace(RELEASE, values={**RELEASE.values, "replicas": "a: b: c"})
    with pytest.raises(ChartError, match=r"small 1\.2\.3 cannot be rendered with our values: .+"):
        had(broken, store)


def test_what_the_values_cannot_reach_is_patched(store: Store) -> None:
    path = ("spec", "template", "spec", "priorityClassName")
    patch = Patch(kind="Deployment", name="one", path=path, value="high")
    expected = replace(RELEASE.stand_in.workloads[0], priority="high")
    stand_in = replace(RELEASE.stand_in, workloads=(expected,))
    got = had(replace(RELEASE, patches=(patch,), stand_in=stand_in), store)
    (deployment,) = (o for o in got.objects if o["kind"] == "Deployment")
    assert deployment["spec"]["template"]["spec"]["priorityClassName"] == "high"
    lost = replace(patch, name="two")
    with pytest.raises(ChartError, match="cannot be patched: Deployment two"):
        had(replace(RELEASE, patches=(lost,)), store)


def test_a_chart_that_is_not_in_the_folder_is_named_with_the_file(store: Store) -> None:
    absent = replace(RELEASE, pin=replace(PIN, version="9.0.0"))
    with pytest.raises(ChartError, match=r"small 9\.0\.0: .*charts/small-9\.0\.0\.tgz"):
        had(absent, store)


def test_a_chart_with_another_checksum_than_the_pins_is_never_rendered(store: Store) -> None:
    pinned = replace(RELEASE, pin=replace(PIN, digest="0" * 64))
    with pytest.raises(ChartError, match="is not the one that was pinned"):
        had(pinned, store)
    assert not store.folder.exists()
