"""Children that are started ahead of the first request, and what becomes of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations import rehearsers
from operations.cli import main
from operations.rehearsers import _AHEAD, _Child

ROOT = Path(__file__).resolve().parents[2]


def ended(child: _Child) -> bool:
    return child._process.poll() is not None


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a child saw of a credential; it does no more than that, and ends when it is asked."""
    told, program = tmp_path / "seen", tmp_path / "python"
    program.write_text(f'#!/bin/sh\nread -r request\necho "$AWS_PROFILE" > {told}\nexit 5\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("AWS_PROFILE", "canary")
    return told


def test_one_child_is_started_ahead_and_is_the_one_that_is_asked(seen: Path) -> None:
    rehearsers.start_ahead()
    [ahead] = _AHEAD
    with rehearsers.rehearsers(1, fetching=False) as crew:
        assert crew.answer({})["error"] == "the rehearsal ended early (5)"
        assert not _AHEAD
        assert ended(ahead)
    assert seen.read_text() == "\n"


@pytest.mark.usefixtures("seen")
def test_as_many_children_as_programs_are_started_at_once_and_at_most_one_for_each_core() -> None:
    cores = os.cpu_count() or 1
    for programs in (1, cores, cores + 1):
        with rehearsers.rehearsers(programs, fetching=False) as crew:
            children = crew._started
            assert len(children) == min(programs, cores)
            crew.answer({})
            assert ended(children[0])
            assert not any(map(ended, children[1:]))
        assert all(map(ended, children))


def test_whoever_asks_children_loads_nothing_that_they_load() -> None:
    script = (
        "import sys, operations.commands.connectivity, operations.commands.prove;"
        "import operations.commands.rehearse, operations.commands.verdict;"
        "assert not {'grpc', 'pulumi', 'pydantic', 'components.config'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_who_fetches_gets_a_child_of_its_own_that_sees_what_it_needs(seen: Path) -> None:
    rehearsers.start_ahead()
    [ahead] = _AHEAD
    with rehearsers.rehearsers(1, fetching=True) as crew:
        crew.answer({})
        assert seen.read_text() == "canary\n"
        assert [ahead] == _AHEAD
        assert not ended(ahead)
    rehearsers.dismiss()
    assert ended(ahead)


def test_a_verb_that_fails_before_it_asks_leaves_no_child(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[_Child] = []
    start = rehearsers.start_ahead

    def noticed() -> None:
        start()
        started.extend(_AHEAD)

    monkeypatch.setattr(rehearsers, "start_ahead", noticed)
    assert main(["rehearse", "--stack", "nowhere"]) == 3
    assert "nowhere" in capsys.readouterr().err
    [child] = started
    assert ended(child)
