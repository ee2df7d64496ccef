"""Whether an earlier run of the engine is still alive, or was cut short; the kernel keeps watch.

The engine and all plugins that it starts inherit one locked file. As long as one of them lives, the
lock is held, however the command that started them has ended, and no process number is ever taken
for another's. While an operation runs, the file says which; what is found there by a later command
was cut short.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from operations.errors import UserError

_PATIENCE = 15.0
"""Seconds for an engine whose command is dead to write down what it has done."""
_POLL = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfinished:
    """An operation that has not come to its own end."""

    operation: str
    session: int | None = None
    """The process that leads the engine's session."""


class Guard:
    """The locked file of one stack; a context."""

    def __init__(self, path: Path, note: Callable[[str], None]) -> None:
        self._path = path
        self._note = note
        self._file: TextIO | None = None
        self.unfinished: Unfinished | None = None
        """What an earlier command has left undone."""

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a+", encoding="utf-8")
        self.unfinished = self._read()
        if not self._taken():
            self._end(self.unfinished)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    @property
    def descriptor(self) -> int:
        """What the engine inherits."""
        assert self._file is not None
        return self._file.fileno()

    @contextlib.contextmanager
    def operation(self, name: str) -> Iterator[None]:
        """An operation that changes the stack; erased only if the block ends by itself."""
        before = self.unfinished
        self._write(Unfinished(operation=name))
        try:
            yield
        except EngineKilledError:
            self.unfinished = self._read()
            raise
        except BaseException:
            self._write(before)
            raise
        self._write(before)

    def started(self, session: int) -> None:
        """The engine that now works on the operation, if one has begun."""
        current = self._read()
        if current is not None:
            self._write(Unfinished(operation=current.operation, session=session))

    def recovered(self) -> None:
        """Nothing is undone any more."""
        self.unfinished = None
        self._write(None)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _end(self, left: Unfinished | None) -> None:
        """Let the engine of a dead command finish, then make it."""
        self._note("an engine without its command is still running: waiting for it to end")
        session = left.session if left else None
        if session is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(session, signal.SIGINT)
        if self._wait(_PATIENCE):
            return
        if session is not None:
            end_session(session)
        if not self._wait(_PATIENCE):
            message = f"{self._path} is held by a process that does not end; `fuser` names it"
            raise UserError(message)

    def _wait(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while not self._taken():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True

    def _read(self) -> Unfinished | None:
        assert self._file is not None
        self._file.seek(0)
        try:
            return Unfinished(**json.loads(self._file.read()))
        except (ValueError, TypeError):
            return None

    def _write(self, what: Unfinished | None) -> None:
        assert self._file is not None
        self._file.truncate(0)
        if what:
            text = json.dumps({"operation": what.operation, "session": what.session})
            self._file.write(text)
        self._file.flush()


class EngineKilledError(Exception):
    """The engine was ended by a signal, without a chance to write down what it has done."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the engine was killed (signal {number}); the next run recovers")


def end_session(session: int) -> None:
    """Kill whatever is left of a session; its number is nobody else's while a member lives."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid="],  # noqa: S607 - wherever the system has it
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    for pid in map(int, listed.stdout.split()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == session:
                os.kill(pid, signal.SIGKILL)
