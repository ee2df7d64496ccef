"""Work that a person may interrupt, politely."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from pulumi.automation.errors import CommandError

from components.readiness.interruption import INTERRUPTED

T = TypeVar("T")

_TICK = 0.2


def interruptibly(
    work: Callable[[], T], *, tick: Callable[[], object], interrupt: Callable[[], object]
) -> T:
    """Wait in this thread, which alone gets interrupts, for work that another thread does."""
    interrupted = False
    INTERRUPTED.clear()
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(work)
        while True:
            try:
                done = _await(future, tick)
            except KeyboardInterrupt:
                interrupted = True
                INTERRUPTED.set()
                interrupt()
                continue
            except CommandError:
                if interrupted:
                    raise KeyboardInterrupt from None
                raise
            if interrupted:
                raise KeyboardInterrupt
            return done


def _await(future: Future[T], tick: Callable[[], object]) -> T:
    while True:
        try:
            return future.result(timeout=_TICK)
        except NotYet:
            if future.done():
                raise
            tick()
