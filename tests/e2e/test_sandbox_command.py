"""`mlp sandbox` does for a stack file what the sandbox does for a spec."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from operations.cli import main
from operations.sandbox import home, remove
from tests.e2e.cluster import quietly

pytestmark = pytest.mark.e2e


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A clone with one simulated stack, one that refers to it, and one with a real cluster."""
    cluster = {
        "provider": "existing",
        "simulated": True,
        "pools": {"general": {"cpu": 8, "memory": "16Gi", "min": 2}},
        "storage_class": "standard",
        "addresses": {
            "pods": ["10.128.0.0/16"],
            "services": ["10.96.0.0/16"],
            "nodes": ["192.168.0.0/24"],
        },
    }
    real = {**cluster, "simulated": False}
    stacks = {
        "lab": {"cluster": cluster},
        "teams": {"from_stack": "lab"},
        "prod": {"cluster": real},
    }
    (tmp_path / "Pulumi.yaml").write_text("name: ml-platform\nruntime: python\n")
    for name, platform in stacks.items():
        content = {"config": {"ml-platform:platform": platform}}
        (tmp_path / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    quietly(lambda steps: remove(home(tmp_path) / "lab", steps))


def test_from_start_to_remove(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def says(*words: str) -> str:
        assert main(["sandbox", *words]) == 0
        return capsys.readouterr().out

    assert "there is none; mlp sandbox start --stack lab" in says("status", "--stack", "lab")
    assert "this clone has no sandbox" in says("status", "--all")
    assert "lab: running at https://127.0.0.1:" in says("start", "--stack", "lab")
    assert "lab: running at" in says("start", "--stack", "teams")
    assert "2 of 2 ready" in says("status", "--stack", "lab")

    document = json.loads(says("status", "--all", "--json"))
    assert set(document) == {"lab"}
    assert document["lab"]["running"] is True
    assert document["lab"]["nodes_ready"] == 2
    assert document["lab"]["age_seconds"] > 0
    assert len(document["lab"]["uid"]) == 36

    assert "lab: stopped; its data are kept" in says("stop", "--all")
    assert "lab: nothing to do" in says("stop", "--stack", "lab")
    assert json.loads(says("status", "--stack", "lab", "--json"))["lab"]["running"] is False
    assert "lab: removed" in says("remove", "--stack", "lab")
    assert not (home(project) / "lab").exists()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("start", "--stack", "prod"), "stack prod has a real cluster"),
        (("start", "--stack", "nosuch"), "no stack nosuch"),
        (("start", "--all"), "say which one, with --stack"),
    ],
)
def test_what_has_no_sandbox_gets_a_sentence_and_no_sandbox(
    words: tuple[str, ...], fault: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", *words]) == 3
    assert fault in capsys.readouterr().err
    assert not home(project).exists()
