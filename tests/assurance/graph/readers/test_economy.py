"""A program's end is waited for as a whole, and a failure in it is told at once."""

import asyncio
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import _depends_on, resource, rpc, settings, stack

from assurance.graph.readers.recording import Program, ProgramError, record
from assurance.graph.readers.recording.economy import frugal, unheard
from assurance.graph.readers.recording.economy.frames import stack_trace
from assurance.graph.readers.recording.monitor import RecordingMonitor

LATE = """
import asyncio

async def late(turns):
    for _ in range(turns):
        await asyncio.sleep(0)
    assert turns != {failing}, "too late"

for turns in range(100):
    pulumi.Output.from_input(late(turns))
thing("ConfigMap", "c")
"""
ASKING = """
class Thing(pulumi.CustomResource):
    def __init__(self):
        super().__init__("kubernetes:core/v1:ConfigMap", "c", {})

Thing()
"""
Write = Callable[..., Program]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tasks each wait was for."""
    counted, wait = [], asyncio.wait

    def counting(tasks: list[asyncio.Task[Any]], **how: Any) -> Any:
        counted.append(len(tasks))
        return wait(tasks, **how)

    monkeypatch.setattr(asyncio, "wait", counting)
    return counted


def test_outputs_that_are_known_one_by_one_are_waited_for_at_once(
    program: Write, waits: list[int]
) -> None:
    record(program(LATE.format(failing=-1)), "cold")
    assert max(waits) >= 100
    assert len(waits) < 10


def test_a_failure_ends_the_waiting(program: Write, waits: list[int]) -> None:
    with pytest.raises(ProgramError, match="too late"):
        record(program(LATE.format(failing=50)), "cold")
    assert len(waits) < 10


def test_what_fails_later_is_told_although_something_never_comes() -> None:
    async def program() -> None:
        tasks = settings.SETTINGS.outputs
        tasks.add(asyncio.ensure_future(asyncio.Event().wait()))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.01, lambda: tasks.add(failing()))
        await stack.wait_for_rpcs()

    def failing() -> asyncio.Future[None]:
        failed = asyncio.get_running_loop().create_future()
        failed.set_exception(ValueError("later"))
        return failed

    with frugal(0.05), pytest.raises(ValueError, match="later"):
        asyncio.run(program())


class Made:
    """So many constructors, one within the other, and what both then say of who asks."""

    def __init__(self, depth: int, file: str) -> None:
        if depth > 1:
            self.said: Any = Made(depth - 1, file).said
            return
        names = {"theirs": resource._get_stack_trace, "ours": stack_trace}
        exec(compile("said = theirs(), ours()", file, "exec"), names)
        self.said = names["said"]


@pytest.mark.parametrize("limit", [None, 5, 6, 8, 1000])
@pytest.mark.parametrize("depth", [2, 3, 5])
def test_who_asks_for_a_resource_is_who_the_sdk_says(
    depth: int, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if limit is not None:
        monkeypatch.setattr(sys, "tracebacklimit", limit, raising=False)
    for file in ("/a b/ü.py", "relative.py", "<string>"):
        theirs, ours = Made(depth, file).said
        assert ours == theirs
        assert bool(ours.frames) == (depth >= 3 and (limit is None or limit > 5))


def test_whoever_runs_a_program_is_not_among_those_who_ask(
    program: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking: set[str] = set()
    register = RecordingMonitor.RegisterResource

    def told(monitor: RecordingMonitor, request: Any) -> Any:
        asking.update(frame.pc.uri.rpartition("/")[2] for frame in request.stackTrace.frames)
        return register(monitor, request)

    monkeypatch.setattr(RecordingMonitor, "RegisterResource", told)
    record(program(ASKING), "cold")
    assert "__main__.py" in asking
    assert asking.isdisjoint({"program.py", Path(__file__).name})


def test_everything_is_as_it_was_afterwards() -> None:
    def standing() -> list[Any]:
        modules = (stack, resource, rpc, _depends_on, pulumi.log)
        return [gc.get_threshold(), *(dict(vars(module)) for module in modules)]

    before = standing()
    with frugal(None), unheard():
        within = standing()
    changed = [one != other for one, other in zip(before, within, strict=True)]
    assert changed == [True] * len(before)
    assert standing() == before
