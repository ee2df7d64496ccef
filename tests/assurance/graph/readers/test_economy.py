"""A program's end is waited for as a whole, and a failure in it is told at once."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime import settings, stack

from assurance.graph.readers.recording import Program, ProgramError, record
from assurance.graph.readers.recording.economy import frugal

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


def test_everything_is_as_it_was_afterwards() -> None:
    before = gc.get_threshold()
    with frugal(None):
        assert vars(stack)["asyncio"] is not asyncio
    assert vars(stack)["asyncio"] is asyncio
    assert gc.get_threshold() == before
