"""Work on two cores: a copy of this process does half of it, where copying is safe."""

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
_Work = Callable[[Sequence[str]], Mapping[str, T]]


def in_halves(work: _Work[T], names: Sequence[str], *, worthwhile: bool) -> dict[str, T]:
    """What comes of each name, in their order; the copy takes every second one."""
    theirs = names[1::2]
    if not (worthwhile and theirs and copies()):
        return dict(work(names))
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        os.close(reading)
        _tell(work, theirs, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        try:
            done = {**work(names[::2])}
            answer = told.read()
        except BaseException:
            os.kill(copy, signal.SIGKILL)
            raise
        finally:
            _, failed = os.waitpid(copy, 0)
    done |= work(theirs) if failed else pickle.loads(answer)  # noqa: S301 - our own words
    return {name: done[name] for name in names}


def copies() -> bool:
    """Whether this process may copy itself: there is a core, and no other thread that holds a lock.

    On macOS there is one that nobody sees, in its own libraries.
    """
    return sys.platform == "linux" and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def _tell(work: _Work[Any], names: Sequence[str], writing: int) -> NoReturn:
    """Say what comes of the names; where that fails, whoever asked sees how, for it works again."""
    failed = 1
    try:
        with os.fdopen(writing, "wb") as told:
            told.write(pickle.dumps(work(names)))
        failed = 0
    finally:
        os._exit(failed)
