"""A stack's own values and registry for charts, held against what the real helm makes of them."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.charts.helm import ChartError, Target
from components.charts.obtaining import Obtained, Store, obtain
from components.charts.overlay import default_values, overlaid
from components.charts.release import Release
from components.charts.source import ChartsConfig, Source
from components.charts.stand_in import StandIn
from components.config import read_stack_file
from operations.engine.charts import prepare
from operations.errors import UserError
from operations.progress import Steps
from tests.e2e.small_chart import PIN

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
VALUES = """
replicas: 1
labels: {}
image: { repository: docker.io/library/busybox, tag: "1" }
inner: { depth: { a: 1, b: [1, 2] } }
"""
TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: one}}
  template:
    metadata: {labels: {app: one}}
    spec:
      containers:
      - {name: main, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: seen}
data:
  image: stays
  values: {{ omit .Values "sub" "global" | toJson | quote }}
"""
RELEASE = Release(
    pin=PIN, name="one", namespace="data", values={"labels": {"a": "b"}}, stand_in=StandIn()
)


@pytest.fixture(scope="module")
def packages(helm: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packaged chart with another one inside."""
    folder = tmp_path_factory.mktemp("charts")
    source = folder / "small"
    inner = source / "charts" / "sub"
    for each, version, values in (
        (source, "1.2.3", VALUES),
        (inner, "0.1.0", "size: { cpu: 1 }\n"),
    ):
        (each / "templates").mkdir(parents=True)
        (each / "values.yaml").write_text(values, "utf-8")
        text = f"apiVersion: v2\nname: {each.name}\nversion: {version}\n"
        (each / "Chart.yaml").write_text(text, "utf-8")
    (source / "templates" / "all.yaml").write_text(TEMPLATE, "utf-8")
    subprocess.run([helm, "package", str(source), "-d", str(folder)], check=True)
    return folder


def had(packages: Path, work: Path, **config: Any) -> Obtained:
    asked = ChartsConfig(source=Source.DIRECTORY, directory=str(packages), **config)
    store = Store(config=asked, project=work, folder=work / "cache")
    return obtain([RELEASE], store, Target(version="1.35", apis=()))["one"]


def test_a_stack_s_own_values_win_and_a_difference_is_no_error(
    packages: Path, tmp_path: Path
) -> None:
    strict = {"one": {"replicas": 3, "sub": {"size": {"cpu": 2}}}}
    got = had(packages, tmp_path, values=strict)
    (deployment,) = (each for each in got.objects if each["kind"] == "Deployment")
    assert deployment["spec"]["replicas"] == 3
    with pytest.raises(ChartError, match="is not what its stand-in says"):
        had(packages, tmp_path)


@pytest.mark.parametrize(
    ("overlay", "named"),
    [
        ({"replica": 3}, "replica;"),
        ({"inner": {"depth": {"c": 1}}}, "inner.depth.c;"),
        ({"sub": {"size": {"memory": 1}}}, "sub.size.memory;"),
        ({"image": {"tags": "2"}, "more": 1}, "image.tags, more;"),
    ],
)
def test_a_value_that_the_chart_does_not_know_is_named_with_the_key_to_correct(
    overlay: Mapping[str, Any], named: str, packages: Path, tmp_path: Path
) -> None:
    with pytest.raises(ChartError) as failure:
        had(packages, tmp_path, values={"one": overlay})
    assert f"has no value {named} correct platform.charts.values.one" in str(failure.value)


def test_what_a_chart_leaves_empty_takes_any_key(packages: Path, tmp_path: Path) -> None:
    had(packages, tmp_path, values={"one": {"labels": {"team": "x"}, "global": {"any": 1}}})


def test_images_come_from_the_registry_that_the_stack_names(packages: Path, tmp_path: Path) -> None:
    asked = {"one": {"replicas": 1}}
    got = had(packages, tmp_path, values=asked, registry="registry.example.com/mirror")
    found = {each["kind"]: each for each in got.objects}
    (container,) = found["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/mirror/library/busybox:1"
    assert found["ConfigMap"]["data"]["image"] == "stays"


LEAF = st.one_of(st.integers(0, 9), st.text("ab", max_size=2), st.lists(st.integers(0, 3)))
TREE = st.recursive(LEAF, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
SECTIONS = st.dictionaries(st.sampled_from("abc"), TREE, max_size=3)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ours=SECTIONS, theirs=SECTIONS)
def test_values_are_laid_over_each_other_as_helm_does_it_with_two_files(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], helm: str, packages: Path, tmp_path: Path
) -> None:
    def seen(*files: Mapping[str, Any]) -> Any:
        arguments = []
        for number, file in enumerate(files):
            path = tmp_path / f"{number}.json"
            path.write_text(json.dumps(file), "utf-8")
            arguments += ["--values", str(path)]
        chart = str(packages / "small-1.2.3.tgz")
        done = subprocess.run(
            [helm, "template", "one", chart, *arguments], check=True, capture_output=True
        )
        objects = [each for each in yaml.safe_load_all(done.stdout) if each]
        return json.loads(next(o for o in objects if o["kind"] == "ConfigMap")["data"]["values"])

    assert seen(overlaid(ours, theirs)) == seen(ours, theirs)


def test_known_values_are_those_that_helm_shows_and_its_inner_charts(
    helm: str, packages: Path
) -> None:
    chart = packages / "small-1.2.3.tgz"
    done = subprocess.run([helm, "show", "values", str(chart)], check=True, capture_output=True)
    shown = yaml.safe_load(done.stdout)
    assert len(shown) == 4
    assert default_values(chart) == {**shown, "sub": {"size": {"cpu": 1}}, "global": {}}
    with tarfile.open(chart) as archive:
        assert "small/charts/sub/values.yaml" in archive.getnames()


def test_a_chart_that_is_not_to_be_had_is_told_before_anything_is_registered(
    tmp_path: Path,
) -> None:
    text = (ROOT / "Pulumi.sandbox.yaml").read_text("utf-8")
    assert "{ source: simulated }" in text
    empty = text.replace("{ source: simulated }", "{ source: directory, directory: none }")
    file = tmp_path / "Pulumi.sandbox.yaml"
    file.write_text(empty, "utf-8")
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    with Steps() as steps, pytest.raises(UserError) as failure:
        prepare(ROOT, read_stack_file(file), steps)
    told = str(failure.value)
    assert "put the packaged chart there" in told
    assert "Traceback" not in told
