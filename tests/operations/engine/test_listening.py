import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import EngineEvent

from operations.engine.events import Run
from operations.engine.listening import EventPipe

RECORDED = Path(__file__).parent / "data" / "up.jsonl"
MORE_THAN_A_PIPE_HOLDS = 2_000


def write(pipe: EventPipe, lines: str) -> None:
    """Another process, which ends when it has written: as the engine does."""
    command = ["/bin/sh", "-c", f'cat >"{pipe.path}"']
    subprocess.run(command, input=lines, encoding="utf-8", check=True, timeout=10)


def said(**event: Any) -> str:
    """One event as the engine spells it."""
    text = json.dumps({"sequence": 1, "timestamp": 1_790_000_000, **event}, separators=(",", ":"))
    return f"{text}\n"


def test_a_recorded_run_comes_through_the_pipe_as_it_was_recorded() -> None:
    text = RECORDED.read_text("utf-8")
    direct, heard = Run(), Run()
    for line in text.splitlines():
        direct.apply(EngineEvent.from_json(json.loads(line)), 0)
    pipe = EventPipe(lambda event: heard.apply(event, 0))
    write(pipe, text)
    pipe.join()
    assert heard == direct
    assert heard.steps


def test_what_says_only_that_the_pack_was_asked_is_not_even_read() -> None:
    heard: list[EngineEvent] = []
    pipe = EventPipe(heard.append)
    asked = said(policyAnalyzeSummaryEvent={"resourceUrn": "u", "failed": []})
    told = said(
        diagnosticEvent={
            "urn": '"policyAnalyzeSummaryEvent":',
            "message": "m",
            "color": "never",
            "severity": "info",
        }
    )
    write(pipe, asked + told + asked.replace("Analyze", "Remediate"))
    pipe.join()
    assert [event.diagnostic_event is not None for event in heard] == [True]


def test_a_listener_that_fails_holds_no_engine_up_and_is_heard_of_in_the_end() -> None:
    def listen(_: EngineEvent) -> None:
        raise LookupError

    pipe = EventPipe(listen)
    write(pipe, said(cancelEvent={"padding": "x" * 100}) * MORE_THAN_A_PIPE_HOLDS)
    with pytest.raises(LookupError):
        pipe.join()


def test_an_engine_that_never_begins_is_not_waited_for() -> None:
    heard: list[EngineEvent] = []
    pipe = EventPipe(heard.append)
    pipe.join()
    assert heard == []


def test_nobody_else_may_read_what_the_engine_writes() -> None:
    pipe = EventPipe(print)
    assert pipe.path.stat().st_mode & 0o077 == 0
    assert pipe.path.parent.stat().st_mode & 0o077 == 0
    pipe.join()
    assert not pipe.path.parent.exists()
