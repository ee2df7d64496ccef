"""`mlp rehearse`: the real program, in processes of its own, as a person and a machine read it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent_json import intent_from_json
from operations.cli import main
from operations.commands.rehearse import refuse_failures
from operations.errors import UserError
from operations.rehearsal import Rehearsal, commit_day, rehearse
from tests.operations.small_stacks import (
    ALONE,
    CANARY,
    CLUSTER,
    REFERRING,
    SECRETS,
    SMALL,
    TELLING,
    stack,
)

ROOT = Path(__file__).resolve().parents[2]

TODAY = ("--today", "2026-01-31")
Ran = tuple[int, str, str]
Mlp = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone's program with stack files of our own."""
    (tmp_path / "Pulumi.yaml").write_text("name: ml-platform\nruntime: python\n")
    shutil.copy(ROOT / "__main__.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(project: Path) -> Path:
    """The same with a program that says hello, and needs a fraction of a second."""
    (project / "__main__.py").write_text(SMALL)
    return project


@pytest.fixture
def mlp(capsys: pytest.CaptureFixture[str]) -> Mlp:
    def run(*words: str) -> Ran:
        code = main([*words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.e2e
def test_a_stack_is_rehearsed_cold_and_warm_into_one_document(project: Path, mlp: Mlp) -> None:
    stack(project, "dev", ALONE + SECRETS)
    code, out, err = mlp("rehearse", "--stack", "dev", *TODAY, "--json", "it.json")
    assert (code, err) == (0, "")
    text = (project / "it.json").read_text()
    assert CANARY not in text + out
    cold, warm = json.loads(text)["runs"]
    for document, mode in ((cold, "cold"), (warm, "warm")):
        assert set(document) == {"graph", "intent", "results", "summary"}
        graph = Graph.from_json(document["graph"])
        assert (graph.stack, graph.mode) == ("dev", mode)
        assert set(intent_from_json(document["intent"]).teams) == {"fraud", "risk"}
        assert document["results"] == {}
        summary = document["summary"]
        assert summary["objects"] == len(list(graph.objects())) > 20
        assert summary["today"] == "2026-01-31"
        assert (summary["proved"], summary["refuted"], summary["unknown"]) == (0, 0, 0)
    assert cold["summary"]["values_unknown"] >= warm["summary"]["values_unknown"] >= 1
    assert "today is 2026-01-31" in out
    assert "Namespace" in out
    assert "teams: fraud, risk" in out


@pytest.mark.e2e
def test_two_runs_under_any_hash_seed_write_the_same_bytes(
    project: Path, mlp: Mlp, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack(project, "dev", ALONE + SECRETS)
    texts = set()
    for seed in ("1", "random"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        code, out, _ = mlp("rehearse", "--mode", "warm", *TODAY, "--json", "-")
        assert code == 0
        texts.add(out)
    [text] = texts
    assert json.loads(text)["graph"]["mode"] == "warm"


def objects(document: Any) -> dict[str, Any]:
    """Manifests by name, without what must differ: the stack's own label."""
    found = {}
    for item in Graph.from_json(document["graph"]).objects():
        manifest = json.loads(json.dumps(item.manifest))
        assert manifest["metadata"]["labels"].pop("ml-platform/stack")
        found[str(item)] = manifest
    return found


@pytest.mark.e2e
def test_a_platform_and_its_teams_in_two_stacks_are_the_same_objects_as_in_one(
    project: Path, mlp: Mlp
) -> None:
    stack(project, "one", ALONE)
    stack(project, "platform", f"config:\n  ml-platform:platform:{CLUSTER}")
    stack(project, "teams", REFERRING)
    code, out, err = mlp("rehearse", "--all", "--mode", "cold", *TODAY, "--json", "-")
    assert code == 0, err
    by_stack = {d["graph"]["stack"]: d for d in json.loads(out)["runs"]}
    two = {**objects(by_stack["platform"]), **objects(by_stack["teams"])}
    assert two == objects(by_stack["one"])
    assert len(objects(by_stack["platform"]).keys() & objects(by_stack["teams"]).keys()) == 0
    assert err.count("nothing was deployed") == 1


@pytest.mark.usefixtures("here")
def test_every_fault_of_every_stack_file_is_a_line(project: Path, mlp: Mlp) -> None:
    stack(project, "bad", ALONE.replace("min: 2", "min: two"))
    stack(project, "worse", ALONE.replace("cluster.warehouse", "cluster.nothing"))
    code, out, err = mlp("rehearse", *TODAY)
    assert (code, out) == (3, "")
    lines = err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["Pulumi.bad.yaml", "Pulumi.worse.yaml"]
    assert "Traceback" not in err


@pytest.mark.usefixtures("here")
def test_a_program_that_fails_is_said_once_and_traced_only_on_demand(small: Path, mlp: Mlp) -> None:
    stack(small, "dev", ALONE)
    (small / "__main__.py").write_text("raise ValueError('no good')\n")
    code, out, err = mlp("rehearse", *TODAY, "--json", "it.json")
    assert (code, out) == (3, "")
    assert err.splitlines() == [
        "stack dev does not rehearse cold and warm:",
        "  __main__.py:1: ValueError: no good",
    ]
    assert not (small / "it.json").exists()
    with pytest.raises(UserError, match="Traceback"):
        mlp("--debug", "rehearse", "--mode", "cold", *TODAY)


@pytest.mark.e2e
def test_a_child_takes_stack_after_stack_until_one_goes_wrong(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    (small / "__main__.py").write_text(TELLING)
    names = ("first", "second", "fails", "third", "dies", "fourth")
    paths = [stack(small, name, ALONE) for name in names]
    asked = Rehearsal(root=small, today=date(2026, 1, 31), documents=False)
    rehearsed = {each.stack: each for each in rehearse(asked, paths, ["warm"])}
    assert rehearsed["fails"].error == "__main__.py:5: ValueError: no good"
    assert rehearsed["dies"].error == "the rehearsal ended early (7)"
    with pytest.raises(UserError, match="no good\n  it said: this is fails\nstack dies"):
        refuse_failures(rehearsed.values(), debug=False)
    good = [each for each in rehearsed.values() if each.error is None]
    assert [each.messages for each in good] == [(f"this is {each.stack}",) for each in good]
    by = {each.stack: each.outputs["by"] for each in good}
    assert by["first"] == by["second"]
    assert len({by["second"], by["third"], by["fourth"]}) == 3


def test_no_credential_of_the_shell_reaches_the_program(
    small: Path, mlp: Mlp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", CANARY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
    stack(small, "dev", ALONE)
    (small / "__main__.py").write_text("import os\nraise ValueError(sorted(os.environ.items()))\n")
    _, out, err = mlp("rehearse", "--mode", "cold", *TODAY)
    assert "ML_PLATFORM_CACHE" in err
    for hidden in ("KUBECONFIG", "AWS", CANARY):
        assert hidden not in out + err


@pytest.mark.usefixtures("here")
def test_a_stack_file_elsewhere_is_named_by_its_path(
    small: Path, mlp: Mlp, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("else") / "trial.yaml"
    elsewhere.write_text(ALONE)
    code, out, err = mlp(
        "rehearse", "--stack", str(elsewhere), "--mode", "cold", *TODAY, "--json", "-"
    )
    assert (code, json.loads(out)["graph"]["stack"]) == (0, "trial")
    assert "trial (cold): hello" in err
    assert not list(small.glob("Pulumi.*.yaml"))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("files", "words", "message"),
    [
        ({}, [], "no stack file"),
        ({"dev": ALONE}, ["--stack", "prod"], "no stack prod in .*there are: dev"),
        ({"dev": ALONE}, ["--stack", "dev", "--json", "no/where"], "no/where: cannot be written"),
        (
            {
                "a": "config: {'ml-platform:platform': {from_stack: b}}",
                "b": "config: {'ml-platform:platform': {from_stack: a}}",
            },
            ["--stack", "a"],
            "refer to each other in a circle: a → b",
        ),
        (
            {"a": "config: {'ml-platform:platform': {from_stack: b}}"},
            ["--stack", "a"],
            "no stack b in ",
        ),
    ],
)
def test_what_a_person_can_mend_is_said(
    small: Path, mlp: Mlp, files: dict[str, str], words: list[str], message: str
) -> None:
    for name, text in files.items():
        stack(small, name, text)
    code, _, err = mlp("rehearse", "--mode", "cold", *TODAY, *words)
    assert code == 3
    assert "Traceback" not in err
    assert re.search(message, err), err


def test_outside_a_project_there_is_nothing_to_rehearse(
    mlp: Mlp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = mlp("rehearse")
    assert code == 3
    assert "neither here nor above is a Pulumi.yaml" in err


def test_today_is_the_committer_date_of_head(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        environment = {
            **os.environ,
            "GIT_COMMITTER_DATE": "2024-02-29T23:30:00-08:00",
            "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
        }
        who = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"]
        command = ["git", "-C", str(tmp_path), *who, *words]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    with pytest.raises(UserError, match="say it: --today"):
        commit_day(tmp_path)
    git("init")
    git("commit", "--allow-empty", "-m", "first")
    assert commit_day(tmp_path) == date(2024, 2, 29)


@pytest.mark.usefixtures("here")
def test_another_stack_is_rehearsed_warm_and_once_and_what_it_exports_is_read(
    small: Path,
) -> None:
    platform = stack(small, "platform", f"config:\n  ml-platform:platform:{CLUSTER}")
    paths = [stack(small, "teams", REFERRING), platform]
    asked = Rehearsal(root=small, today=date(2026, 1, 31), documents=True)
    teams, alone = rehearse(asked, paths, ["warm"])
    assert (teams.stack, teams.error, *teams.messages) == ("teams", None, "hello")
    assert (alone.stack, alone.error, *alone.messages) == ("platform", None, "hello")
    found = Graph.from_json((teams.document or {})["graph"])
    [read] = found.of_type("a:b:C")
    assert read.inputs == {"theirs": "by platform"}


@pytest.mark.usefixtures("here")
def test_a_stack_whose_platform_fails_says_which(small: Path) -> None:
    (small / "__main__.py").write_text("raise ValueError('no good')")
    stack(small, "platform", f"config:\n  ml-platform:platform:{CLUSTER}")
    asked = Rehearsal(root=small, today=date(2026, 1, 31), documents=False)
    [teams] = rehearse(asked, [stack(small, "teams", REFERRING)], ["cold"])
    assert teams.error is not None
    assert teams.error.startswith("stack platform, which this one refers to: __main__.py:1: Value")
