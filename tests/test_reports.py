"""What a worker of a test run tells whoever started it: nothing that went wrong is left out."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

PHASES = "setup", "call", "teardown"
GOOD = "passed", "passed", "passed"
CONFTEST = str(Path(__file__).with_name("conftest.py"))


def told(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    outcomes: Sequence[str],
    **changed: Any,
) -> tuple[object, list[tuple[str, str]]]:
    """What the run's hook answers for a test that ends so, and what it has told."""
    plugins = request.config.pluginmanager.get_plugins()
    conftest: Any = next(p for p in plugins if getattr(p, "__file__", "") == CONFTEST)
    reports = [
        SimpleNamespace(when=when, outcome=outcome, passed=outcome == "passed")
        for when, outcome in zip(PHASES, outcomes, strict=False)
    ]
    monkeypatch.setattr(conftest, "runtestprotocol", lambda *_, **__: reports)
    option = SimpleNamespace(**{"verbose": 0, "durations": None, **changed})
    said: list[tuple[str, str]] = []
    item = SimpleNamespace(
        config=SimpleNamespace(option=option, workerinput={}),
        ihook=SimpleNamespace(
            pytest_runtest_logreport=lambda report: said.append((report.when, report.outcome))
        ),
    )
    return conftest.pytest_runtest_protocol(item, None), said


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (GOOD, [("call", "passed")]),
        (("failed", "passed"), [("setup", "failed"), ("call", "passed")]),
        (("skipped",), [("setup", "skipped")]),
        (("passed", "failed", "passed"), [("call", "failed")]),
        (("passed", "skipped", "passed"), [("call", "skipped")]),
        (("passed", "passed", "failed"), [("call", "passed"), ("teardown", "failed")]),
        (("passed", "failed", "failed"), [("call", "failed"), ("teardown", "failed")]),
    ],
)
def test_whatever_is_not_well_is_told_in_every_phase(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    outcomes: Sequence[str],
    expected: list[tuple[str, str]],
) -> None:
    assert told(request, monkeypatch, outcomes) == (True, expected)


@pytest.mark.parametrize("asked", [{"verbose": 1}, {"durations": 0}], ids=str)
def test_who_asks_for_more_is_told_everything_by_pytest_itself(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, asked: dict[str, int]
) -> None:
    assert told(request, monkeypatch, GOOD, **asked) == (None, [])
