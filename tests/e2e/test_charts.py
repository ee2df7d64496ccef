"""Charts through the real helm, from a folder and from an index on this machine."""

import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from components.charts.helm import ChartError, Target
from components.charts.obtaining import REHEARSAL, Obtained, Store, obtain
from components.charts.patch import Patch
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.source import ChartsConfig, Source
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from operations.pins import Pinned, look, write
from operations.progress import Steps
from operations.toolchain import CHARTS, ensure

pytestmark = pytest.mark.e2e

SIZE = Size(cpu="10m", memory="16Mi")
TARGET = Target(version="1.35", apis=("monitoring.coreos.com/v1",))
TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, annotations: null}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers:
      - name: main
        image: registry.example.com/main:{{ .Chart.AppVersion }}
        ports: [{containerPort: 8080}]
        resources: {{ toJson .Values.resources }}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: probe, annotations: {helm.sh/hook: test}}
---
{{ if .Values.random }}
apiVersion: v1
kind: ConfigMap
metadata: {name: made-up}
data: {password: {{ randAlphaNum 12 }}}
{{ end }}
---
{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: monitored}
data: {kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}}
{{ end }}
"""
PIN = ChartPin(
    chart="small",
    repository="https://charts.example.com",
    version="1.2.3",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
RELEASE = Release(
    pin=PIN,
    name="one",
    namespace="data",
    values={"replicas": 2, "random": False, "resources": SIZE.resources()},
    stand_in=StandIn(
        workloads=(
            ExpectedWorkload(
                kind="Deployment",
                name="one",
                labels={"app": "one"},
                replicas=2,
                containers=(
                    ExpectedContainer(
                        name="main",
                        image="registry.example.com/main:9.9.9",
                        size=SIZE,
                        ports=(8080,),
                    ),
                ),
            ),
        ),
        services=(ExpectedService(name="one", workload="one", ports={80: 8080}),),
    ),
)


@pytest.fixture(scope="module", autouse=True)
def helm() -> Iterator[str]:
    with Steps() as steps:
        program = ensure(CHARTS, steps)["helm"]
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(program.parent), before])
    yield str(program)
    os.environ["PATH"] = before


@pytest.fixture(scope="module")
def charts(helm: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packaged chart, and the index of a repository."""
    folder = tmp_path_factory.mktemp("charts")
    source = folder / "small"
    (source / "templates").mkdir(parents=True)
    (source / "templates" / "all.yaml").write_text(TEMPLATE, "utf-8")
    (source / "values.yaml").write_text("replicas: 1\n", "utf-8")
    text = "apiVersion: v2\nname: small\nversion: 1.2.3\nappVersion: 9.9.9\n"
    (source / "Chart.yaml").write_text(text, "utf-8")
    for arguments in (("package", str(source), "-d", str(folder)), ("repo", "index", str(folder))):
        subprocess.run([helm, *arguments], check=True, capture_output=True)
    return folder


@pytest.fixture
def store(charts: Path, tmp_path: Path) -> Store:
    config = ChartsConfig(source=Source.DIRECTORY, directory="charts")
    shutil.copytree(charts, tmp_path / "charts")
    return Store(config=config, project=tmp_path, folder=tmp_path / "cache")


def had(release: Release, store: Store) -> Obtained:
    return obtain([release], store, TARGET)[release.name]


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


@pytest.fixture
def index(charts: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(charts))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_chart_is_fetched_once_from_where_its_pin_says(index: str, tmp_path: Path) -> None:
    release = replace(RELEASE, pin=replace(PIN, repository=index))
    store = Store(config=ChartsConfig(), project=tmp_path, folder=tmp_path / "cache")
    first = had(release, store)
    nowhere = replace(RELEASE, pin=replace(PIN, repository="http://127.0.0.1:9"))
    assert had(nowhere, store) == first


def test_a_mirror_stands_in_for_every_repository(index: str, tmp_path: Path) -> None:
    config = ChartsConfig.model_construct(source=Source.MIRROR, mirror=index)
    store = Store(config=config, project=tmp_path, folder=tmp_path / "cache")
    assert had(RELEASE, store).objects


def test_digests_of_pins_are_those_of_what_the_index_serves(
    index: str, charts: Path, tmp_path: Path
) -> None:
    """A pin that nobody has seen, one of the right digest, one of another, one of no version."""
    digest = hashlib.sha256((charts / "small-1.2.3.tgz").read_bytes()).hexdigest()
    file = tmp_path / "pinned.py"
    text = (
        f'P = ChartPin(\n    chart="small",\n    repository="{index}",\n    version="1.2.3",\n)\n'
    )
    file.write_text(text, encoding="utf-8")
    new = replace(PIN, repository=index)
    pins = [
        Pinned(pin=replace(new, digest=stated, version=version), file=file)
        for stated, version in (
            (None, "1.2.3"),
            (digest, "1.2.3"),
            ("0" * 64, "1.2.3"),
            (None, "9.0.0"),
        )
    ]
    found = []
    for number, pinned in enumerate(pins):
        store = Store(config=ChartsConfig(), project=tmp_path, folder=tmp_path / str(number))
        found += look([pinned], store)
    assert [each.state for each in found] == ["unverified", "the same", "another", "not had"]
    assert {each.digest for each in found[:3]} == {digest}
    assert "small 9.0.0" in (found[3].fault or "")
    write(found[0])
    assert f'    digest="{digest}",' in file.read_text("utf-8").splitlines()


@pytest.mark.parametrize("version", ["1.2.3", "9.0.0"])
def test_a_chart_that_cannot_be_fetched_is_named_with_where_from_and_what_to_do(
    version: str, index: str, tmp_path: Path
) -> None:
    """No server there at all, and a server that lacks the version."""
    where = index if version == "9.0.0" else "http://127.0.0.1:9"
    release = replace(RELEASE, pin=replace(PIN, repository=where, version=version))
    store = Store(config=ChartsConfig(), project=tmp_path, folder=tmp_path / "cache")
    with pytest.raises(ChartError) as failure:
        had(release, store)
    told = str(failure.value)
    assert f"small {version}" in told
    assert where in told
    assert "platform.charts" in told
    assert list((tmp_path / "cache").rglob("*.tgz")) == []


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
