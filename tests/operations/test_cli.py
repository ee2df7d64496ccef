"""The command line itself, whatever the verb."""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from operations import cli
from operations.cli import VERBS
from operations.cli import main as mlp
from operations.sandbox import exists
from tests.rehearsed import ROOT


def test_every_verb_has_a_page_of_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in VERBS:
        with pytest.raises(SystemExit) as stop:
            mlp([verb, "--help"])
        assert stop.value.code == 0
        assert f"example:\n  mlp {verb} " in capsys.readouterr().out


OF_A_PROJECT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("up", "preview", "refresh", "destroy", "rehearse", "prove"), ()),
    **dict.fromkeys(("connectivity", "verdict", "doctor"), ()),
    "explain": ("teams", "--stack", "sandbox"),
    "sandbox": ("status",),
}
"""Verbs that read a project's stack files, with the words that make them do so."""
ELSEWHERE = frozenset({"bench", "live", "pins", "post", "setup"})
"""They need none: what they are about is told, or is the code itself."""


@pytest.mark.parametrize("verb", OF_A_PROJECT)
def test_every_verb_looks_for_the_project_where_a_person_stands(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert mlp([verb, *OF_A_PROJECT[verb]]) == 3
    assert capsys.readouterr().err.endswith(
        f"{tmp_path}: neither here nor above is a Pulumi.yaml; run this in a clone of the project\n"
    )


def test_a_verb_reads_a_project_or_is_known_to_need_none() -> None:
    assert set(VERBS) == {*OF_A_PROJECT, *ELSEWHERE}


@pytest.mark.parametrize("below", [False, True])
def test_what_never_was_is_destroyed_without_starting_anything(
    below: bool,  # noqa: FBT001 - pytest hands it over
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("Pulumi.yaml", "Pulumi.sandbox.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    sandbox = tmp_path / ".ml-platform" / "sandbox" / "sandbox"
    here = sandbox if below else tmp_path
    here.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(here)
    assert mlp(["destroy"]) == 0
    said = "nothing to destroy: there is no sandbox for stack sandbox\n"
    assert capsys.readouterr().out == said
    assert mlp(["destroy", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == {}
    assert not list(tmp_path.rglob("*.json")), "nothing was started"


def test_of_a_stopped_sandbox_something_is_left() -> None:
    """And what is left is looked at before anything is said to be gone."""
    with TemporaryDirectory() as folder:
        directory = Path(folder)
        assert not exists(directory)
        assert not exists(directory / "gone")
        (directory / "sandbox.json").touch()
        assert exists(directory)


def test_a_command_whose_output_nobody_takes_does_what_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert mlp(["explain", "teams.*.needs"]) == 0


def test_who_interrupts_while_a_verb_is_loaded_gets_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slow(_verb: str, _parser: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_bind", slow)
    assert mlp(["doctor"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
