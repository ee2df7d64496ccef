"""Children that are started ahead of the first request, and what becomes of them."""

import pytest

from operations import rehearsers
from operations.cli import main
from operations.rehearsers import _AHEAD, _Child


def ended(child: _Child) -> bool:
    return child._process.poll() is not None


def test_one_child_is_started_ahead_and_is_the_one_that_is_asked() -> None:
    rehearsers.start_ahead()
    [ahead] = _AHEAD
    with rehearsers.rehearsers(fetching=False) as crew:
        answer = crew.answer({"program": {"directory": "/", "stack": "s", "project": "p"}})
        assert "ended early" in answer["error"]
        assert not _AHEAD
        assert ended(ahead)


def test_who_fetches_gets_a_child_of_its_own_that_sees_what_it_needs() -> None:
    rehearsers.start_ahead()
    [ahead] = _AHEAD
    with rehearsers.rehearsers(fetching=True) as crew:
        crew.answer({})
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
