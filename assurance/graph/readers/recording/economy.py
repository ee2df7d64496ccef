"""What Python and the SDK do over and over while a program grows, done seldom."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from traceback import walk_stack
from typing import Any

from pulumi.runtime import resource, stack
from pulumi.runtime.proto import source_pb2

_SELDOM = (100_000, 50, 100)
"""A program only grows: looking for garbage as often as usual costs a third of its time."""

Tasks = set[asyncio.Future[Any]]


class _Asyncio:
    """asyncio, as the SDK is to see it at the end of a program.

    There it waits for whichever output is known next, and then for all the others anew: quadratic.
    """

    def __init__(self, at_most: float | None) -> None:
        self._at_most = at_most

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def wait(
        self, tasks: Iterable[asyncio.Future[Any]], *, return_when: str
    ) -> tuple[Tasks, Tasks]:
        """Until all are known or one has failed; more may have come by then."""
        assert return_when == asyncio.FIRST_COMPLETED
        return await asyncio.wait(tasks, timeout=self._at_most, return_when=asyncio.FIRST_EXCEPTION)


_ABOVE = 3
"""Constructors between a registration and the code that asks for it, as the SDK counts them."""


def stack_trace() -> source_pb2.StackTrace:
    """Who registers a resource: what the SDK would say, who looks at each file for each frame."""
    walked = list(islice(walk_stack(sys._getframe()), getattr(sys, "tracebacklimit", None)))  # noqa: SLF001
    made = [at for at, (frame, _) in enumerate(walked) if frame.f_code.co_name == "__init__"]
    asking = walked[made[_ABOVE - 1] + 1 :] if len(made) >= _ABOVE else []
    frames = [source_pb2.StackFrame(pc=_place(f.f_code.co_filename, line)) for f, line in asking]
    return source_pb2.StackTrace(frames=frames)


def _place(file: str, line: int) -> source_pb2.SourcePosition | None:
    uri = _uri(file)
    return None if uri is None else source_pb2.SourcePosition(uri=uri, line=line)


@cache
def _uri(file: str) -> str | None:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else None


@contextlib.contextmanager
def frugal(at_most: float | None) -> Iterator[None]:
    """Run programs with less ado; outputs that came meanwhile are looked at after `at_most`."""
    thresholds, waiting, registering = gc.get_threshold(), vars(stack), vars(resource)
    before = waiting["asyncio"], registering["_get_stack_trace"]
    gc.set_threshold(*_SELDOM)
    waiting["asyncio"], registering["_get_stack_trace"] = _Asyncio(at_most), stack_trace
    try:
        yield
    finally:
        waiting["asyncio"], registering["_get_stack_trace"] = before
        gc.set_threshold(*thresholds)
