"""Proofs that break, that look at nothing, and stacks that are judged together."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from assurance.graph.graph import Graph, Mode, graph_of
from assurance.graph.intent import Intent
from assurance.graph.resource import Origin
from assurance.graph.values import Level
from assurance.proofs.findings import Finding, Result, Status
from components.config import read_stack_file
from operations import proving
from operations.cli import main
from operations.proving import Proved, prove, read_levels
from operations.reporting import report

ROOT = Path(__file__).parents[2]
STACKS = ROOT / "tests" / "data" / "stacks"
CANARY = "tweet-tweet-canary"


def finding(proof: str, status: Status = Status.PROVED) -> Finding:
    return Finding(proof=proof, rule=f"{proof}/all", status=status, subject="x", message="m")


def broken(_graph: Graph, _intent: Intent) -> Result:
    raise KeyError(CANARY)


def whole(_graph: Graph, _intent: Intent) -> Result:
    return Result(findings=(finding("whole"),), population={"pods": 1})


def blind(_graph: Graph, _intent: Intent) -> Result:
    return Result(findings=(finding("blind"),), population={"pods": 0})


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"broken": broken, "whole": whole, "blind": blind}
    names = tuple(SimpleNamespace(name=name) for name in there)
    monkeypatch.setattr(proving, "available", lambda: names)
    monkeypatch.setattr(proving, "proof", there.__getitem__)


def run(*only: str, levels: Mapping[str, Level] | None = None) -> Proved:
    graph = graph_of([], stack="x", mode="warm")
    given = Proved(
        name="x", graph=graph, intent=Intent(), today=date(2026, 1, 31), levels=levels or {}
    )
    return prove(given, only)


def test_a_finding_of_a_stack_says_in_which_line_its_file_asks_for_it() -> None:
    path = ROOT / "Pulumi.dev.yaml"
    origin = Origin(config="teams.fraud.workloads.api.unheard.of", source="program.py:1")
    found = Finding(
        proof="p", rule="p/x", status=Status.REFUTED, subject="x", message="m", origin=origin
    )
    run = Proved(
        name="dev",
        graph=graph_of([], stack="dev", mode="cold"),
        intent=Intent(),
        today=date(2026, 1, 31),
        lines={path.name: read_stack_file(path).lines},
        results={"p": Result(findings=(found,), population={"x": 1})},
    )
    stream = StringIO()
    report([run], stream)
    [line] = [text for text in stream.getvalue().splitlines() if "from: " in text]
    [number] = re.findall(r"^  from: .* \(Pulumi\.dev\.yaml:(\d+)\)$", line)
    assert path.read_text("utf-8").splitlines()[int(number) - 1].strip().startswith("api:")


@pytest.mark.usefixtures("proofs")
def test_a_proof_that_breaks_is_told_in_one_line_and_the_others_still_run() -> None:
    done = run("broken", "whole")
    [told] = done.findings(Status.UNKNOWN)
    assert told.message.startswith("the proof itself is broken (KeyError at test_proving.py:")
    assert CANARY not in str(done.to_json())
    assert [f.rule for f in done.findings(Status.PROVED)] == ["whole/all"]
    assert (done.exit_code, run("whole").exit_code) == (3, 0)
    assert "KeyError" in done.crashes["broken"]


def test_a_finding_says_where_it_was_found_only_if_that_could_be_elsewhere() -> None:
    def found(name: str, mode: Mode, *rules: str) -> Proved:
        told = tuple(
            Finding(proof="p", rule=rule, status=Status.REFUTED, subject="x", message="m")
            for rule in rules
        )
        graph = graph_of([], stack=name, mode=mode)
        made = Proved(name=name, graph=graph, intent=Intent(), today=date(2026, 1, 31))
        return replace(made, results={"p": Result(findings=told, population={"x": 1})})

    def shown(*runs: Proved) -> list[str]:
        stream = StringIO()
        report(runs, stream)
        return [line for line in stream.getvalue().splitlines() if line.startswith(("  in", "ref"))]

    both = found("a", "cold", "p/x", "p/y"), found("a", "warm", "p/x")
    assert shown(*both) == ["refuted p/x: x", "refuted p/y: x", "  in: cold only"]
    assert shown(both[1], found("b", "warm", "p/x")) == [
        *("refuted p/x: x", "  in: a"),
        *("refuted p/x: x", "  in: b"),
    ]


@pytest.mark.usefixtures("proofs")
def test_no_level_hides_that_a_proof_is_broken() -> None:
    assert run("broken", levels={"broken": Level.DISABLED}).exit_code == 3


@pytest.mark.usefixtures("proofs")
def test_who_has_looked_at_nothing_has_proved_nothing() -> None:
    done = run("blind")
    assert done.exit_code == 2
    assert [f.rule for f in done.findings(Status.UNKNOWN)] == ["blind/nothing-to-decide"]
    assert done.findings(Status.PROVED) == []


@pytest.mark.usefixtures("proofs")
def test_a_proof_that_is_disabled_runs_only_for_those_who_name_it() -> None:
    levels = {"whole": Level.DISABLED, "broken": Level.DISABLED}
    assert set(run(levels=levels).results) == {"blind"}
    named = run("blind", levels={"blind": Level.DISABLED})
    assert [f.rule for f in named.findings(Status.UNKNOWN)] == ["blind/nothing-to-decide"]


def test_the_traceback_is_shown_to_those_who_ask_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(proving, "proof", {"isolation": broken}.__getitem__)
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    words = ["prove", "--manifests", str(tmp_path), "--only", "isolation"]
    assert main(words) == 3
    told = capsys.readouterr()
    assert "error: " in told.out
    assert "the proof isolation is broken; --debug shows the traceback" in told.out
    assert "Traceback" not in told.out + told.err
    assert main(["--debug", *words]) == 3
    assert "Traceback" in capsys.readouterr().out


def test_a_level_may_be_spelled_as_the_policy_pack_spells_it(tmp_path: Path) -> None:
    levels = tmp_path / "policies" / "levels"
    levels.mkdir(parents=True)
    stated = '{"isolation": "advisory", "order": {"enforcementLevel": "disabled"}}'
    (levels / "dev.json").write_text(stated)
    assert read_levels(tmp_path, "dev") == {
        "isolation": Level.ADVISORY,
        "order": Level.DISABLED,
    }


@pytest.mark.e2e
def test_a_stack_of_teams_is_judged_with_the_platform_that_it_stands_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    teams = str(STACKS / "Pulumi.teams.yaml")
    words = ["prove", "--stack", teams, "--mode", "cold", "--only", "isolation"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "platform+teams (cold) isolation: 0 refuted, 0 unknown" in told
    assert "assumes: stack own, on the same platform, opens nothing itself" in told


def test_numbers_are_said_once_for_the_modes_in_which_they_are_equal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    few, many = (Result(findings=(), population={"pods": count}) for count in (3, 4))
    given: tuple[tuple[Mode, Result], ...] = (("cold", few), ("warm", many))
    runs = [
        Proved(
            name="s",
            graph=graph_of([], stack="s", mode=mode),
            intent=Intent(),
            today=date(2026, 1, 1),
            results={"isolation": found, "order": many},
        )
        for mode, found in given
    ]
    report(runs, sys.stdout)
    assert capsys.readouterr().out.splitlines()[:3] == [
        "s (cold) isolation: 0 refuted, 0 unknown, 0 proved; of 3 pods",
        "s (warm) isolation: 0 refuted, 0 unknown, 0 proved; of 4 pods",
        "s (cold and warm) order: 0 refuted, 0 unknown, 0 proved; of 4 pods",
    ]


@pytest.mark.e2e
def test_stacks_on_one_platform_are_judged_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("platform", "teams"):
        shutil.copy(STACKS / f"Pulumi.{name}.yaml", tmp_path)
    platform, teams = (str(tmp_path / f"Pulumi.{name}.yaml") for name in ("platform", "teams"))
    words = ["prove", "--mode", "warm", "--only", "isolation", "--stack"]
    assert main([*words, teams, platform]) == 0
    told = capsys.readouterr().out
    assert told.count("(warm) isolation: ") == 1
    assert "platform+teams (warm) isolation: " in told
    assert "on the same platform" not in told


@pytest.mark.e2e
def test_a_stacks_waivers_reach_its_proofs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    waiver = {"stack": "waived", "owner": "ada", "expires": "2026-06-30"}
    waivers = [
        {**waiver, "finding": "isolation/nothing-to-decide: graph", "reason": "no team yet"},
        {**waiver, "finding": "isolatoin/x: *", "reason": "a slip"},
    ]
    (tmp_path / "waivers.yaml").write_text(json.dumps({"waivers": waivers}))
    bare = yaml.safe_load((STACKS / "Pulumi.platform.yaml").read_text("utf-8"))
    del bare["config"]["ml-platform:platform"]["secrets"]  # the part that there would be to judge
    (tmp_path / "Pulumi.waived.yaml").write_text(yaml.safe_dump(bare), encoding="utf-8")
    words = ["prove", "--stack", "waived", "--mode", "warm", "--only", "isolation", "--today"]
    assert main([*words, "2026-06-30"]) == 0
    told = capsys.readouterr().out
    assert "ada answers for it until 2026-06-30: no team yet" in told
    assert "unused waiver of waived: isolatoin/x: * is not found: remove it" in told
    assert main([*words, "2026-07-01"]) == 2


@pytest.mark.e2e
def test_a_reader_who_leaves_early_gets_no_traceback(tmp_path: Path) -> None:
    metadata = {"name": "n", "annotations": {"a": "x" * 4_000_000}}
    text = json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    (tmp_path / "a.json").write_text(text)
    command = (
        f"{sys.executable} -m operations.cli prove --manifests {tmp_path} --only isolation --json -"
    )
    done = subprocess.run(
        ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
