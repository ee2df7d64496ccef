"""`mlp prove --manifests`: whatever is wrong with the input is said, and the rest is judged."""

import json
import os
from pathlib import Path

import pytest

from operations.cli import main
from operations.intent_file import EXAMPLE, read_intent
from tests.operations.test_prove import DENY, WEB

INTENT = "teams:\n  both: {namespaces: [red, blue]}\n"


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    folder = tmp_path / "k8s"
    folder.mkdir()
    for name in ("red", "blue"):
        (folder / f"{name}.yaml").write_text((DENY + WEB).replace("NAME", name))
    return folder


def prove(folder: Path | str, *more: str) -> int:
    return main(["prove", "--only", "isolation", "--manifests", str(folder), *more])


def test_a_document_that_cannot_be_read_is_an_error_although_all_else_is_proved(
    closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (closed / "bad.yaml").write_text("a: [\n")
    assert prove(closed, "--json", "-") == 3
    told = capsys.readouterr()
    written = json.loads(told.out)
    fault = "bad.yaml:2: document 1: left out: not YAML: did not find expected node content"
    assert written["left_out"] == [fault]
    assert fault in told.err
    assert "1 document left out: nothing is decided about them" in told.err
    assert written["summary"]["proved"] > 0
    assert "assumes: what could not be read changes nothing" in told.err


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("apiVersion: apps/v1\nkind: Deploymnet", "did you mean Deployment?"),
        ("apiVersion: v1\nkind: Deployment", "Kubernetes 1.35 serves it as apps/v1"),
        ("apiVersion: extensions/v1beta1\nkind: Ingress", "serves it as networking.k8s.io/v1"),
        ("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget", "serves it as policy/v1"),
    ],
)
def test_a_kind_that_no_cluster_would_take_is_left_out(
    closed: Path, capsys: pytest.CaptureFixture[str], kind: str, said: str
) -> None:
    (closed / "odd.yaml").write_text(f"{kind}\nmetadata: {{name: x, namespace: red}}\n")
    assert prove(closed) == 3
    assert f"odd.yaml:1: document 1: left out: {kind.split()[1]}" in (
        told := capsys.readouterr().out
    )
    assert said in told


def test_a_kind_of_somebody_elses_is_judged_by_its_shape(
    closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline = "apiVersion: example.com/v1\nkind: Pipeline\nmetadata: {name: x, namespace: red}\n"
    spec = "spec: {run: {containers: [{name: c}], hostNetwork: true}}\n"
    (closed / "pipeline.yaml").write_text(pipeline + spec)
    assert prove(closed) == 1
    assert "isolation/host-network: red/Pipeline x" in capsys.readouterr().out


def test_an_object_without_a_namespace_is_judged_in_default(
    closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (closed / "web.yaml").write_text(WEB.replace(", namespace: NAME", ""))
    assert prove(closed) == 1
    told = capsys.readouterr().out
    assert "web.yaml:2: document 1: Deployment web names no namespace: judged in default" in told
    assert "refuted isolation/reaches-cluster: default → " in told


def test_a_folder_without_a_single_manifest_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text("a = 1")
    assert prove(tmp_path) == 3
    assert "no file in it ends in .json, .yaml, .yml" in capsys.readouterr().err


def test_standard_input_is_read_like_a_file(
    closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rendered = tmp_path / "rendered"
    rendered.write_text("---\n".join(path.read_text() for path in sorted(closed.iterdir())))
    before = os.dup(0)
    try:
        with rendered.open() as stream:
            os.dup2(stream.fileno(), 0)
            assert prove("-") == 0
    finally:
        os.dup2(before, 0)
    assert "- (manifests) isolation: 0 refuted, 0 unknown" in capsys.readouterr().out


def test_intent_may_be_yaml_and_a_document_that_was_written_serves_as_well(
    closed: Path, tmp_path: Path
) -> None:
    intent, document = tmp_path / "intent.yaml", tmp_path / "document.json"
    intent.write_text(INTENT)
    assert prove(closed, "--intent", str(intent), "--json", str(document)) in {0, 1}
    assert set(json.loads(document.read_text())["intent"]["teams"]) == {"both"}
    assert prove(closed, "--intent", str(document), "--json", str(document)) in {0, 1}
    assert set(json.loads(document.read_text())["intent"]["teams"]) == {"both"}


def test_the_example_that_people_are_shown_is_an_intent(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert EXAMPLE in readme
    (tmp_path / "intent.yaml").write_text(EXAMPLE)
    intent = read_intent(tmp_path / "intent.yaml")
    assert set(intent.teams) == {"web", "data"}
    assert [waiver.owner for waiver in intent.waivers] == ["ada"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("teams: {a: {namespace: [a]}}", "intent.teams.a.namespace: expected one of the keys"),
        ("teams: {a: {namespace: [a]}}", "(did you mean namespaces?), got 'namespace'"),
        ("teams: {a: {namespaces: a}}", "intent.teams.a.namespaces: expected a list, got 'a'"),
        ("teams: {a: {}}", "intent.teams.a.namespaces: expected a list, got nothing"),
        ("teams: {a: [a]}", "intent.teams.a: expected an object (TeamIntent), got a list"),
        (
            "waivers: [{finding: a, owner: b, reason: c, expires: soon}]",
            "intent.waivers[0].expires: expected a day such as 2026-01-31, got 'soon'",
        ),
        ("levels: {isolation: strict}", "expected disabled or advisory or mandatory, got 'strict'"),
        ("a: b\na: c", "intent.yaml:2: not YAML: the key a stands twice"),
        ("", "expected one document with teams, got 0"),
    ],
)
def test_a_fault_in_intent_names_the_key_and_the_cure(
    closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    intent = tmp_path / "intent.yaml"
    intent.write_text(text)
    assert prove(closed, "--intent", str(intent)) == 3
    assert said in capsys.readouterr().err
