"""The command line itself, whatever the verb."""

import sys

import pytest

from operations import cli
from operations.cli import VERBS
from operations.cli import main as mlp


def test_every_verb_has_a_page_of_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in VERBS:
        with pytest.raises(SystemExit) as stop:
            mlp([verb, "--help"])
        assert stop.value.code == 0
        assert f"example:\n  mlp {verb} " in capsys.readouterr().out


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
