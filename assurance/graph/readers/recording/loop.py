"""An event loop whose calls to the engine return at once, and that notices a deadlock."""

import asyncio
import selectors
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class DeadlockError(RuntimeError):
    """Everything waits, and nothing is left that could end the waiting."""


class _AtOnce(ThreadPoolExecutor):
    """Runs what it is given where it stands: nothing here blocks, and threads cost order."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - handed over, as an executor does
            future.set_exception(error)
        return future


class _Selector(selectors.DefaultSelector):
    """Without a deadline and without other threads, nobody will ever wake a sleeping loop."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None and threading.active_count() == 1:
            message = (
                "the program waits for a value that never comes: "
                "look for resources or outputs that depend on each other"
            )
            raise DeadlockError(message)
        return super().select(timeout)


def recording_loop() -> asyncio.AbstractEventLoop:
    """A fresh loop; the caller closes it."""
    loop = asyncio.SelectorEventLoop(_Selector())
    loop.set_default_executor(_AtOnce(max_workers=1))
    # A failed program leaves futures behind that nobody awaits; its first error is told, not these.
    loop.set_exception_handler(lambda _loop, _context: None)
    return loop


def drain(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what a failed program has left behind."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
