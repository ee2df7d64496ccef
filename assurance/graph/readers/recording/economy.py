"""What Python and the SDK do over and over while a program grows, done seldom."""

import asyncio
import contextlib
import gc
from collections.abc import Iterable, Iterator
from typing import Any

from pulumi.runtime import stack

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


@contextlib.contextmanager
def frugal(at_most: float | None) -> Iterator[None]:
    """Run programs with less ado; outputs that came meanwhile are looked at after `at_most`."""
    thresholds, names = gc.get_threshold(), vars(stack)
    before = names["asyncio"]
    gc.set_threshold(*_SELDOM)
    names["asyncio"] = _Asyncio(at_most)
    try:
        yield
    finally:
        names["asyncio"] = before
        gc.set_threshold(*thresholds)
