"""Child processes that rehearse: each answers one request after another, until one goes wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from assurance.graph.readers.environment import kept
from components import machine

if TYPE_CHECKING:
    from concurrent.futures import Executor

_AHEAD: "list[_Child]" = []
"""Those that nobody has asked anything yet."""
_CODE = Path(__file__).resolve().parents[1]


class Rehearsers:
    """As many children as requests are waiting at a time, at most one for each core.

    Much of a rehearsal is what Python and the SDK do before the program's first line: a child that
    has done it takes half the time for its next stack.
    """

    def __init__(self, pool: "Executor", environment: Mapping[str, str]) -> None:
        self.pool = pool
        self._environment = environment
        self._waiting: list[_Child] = []
        self._started: list[_Child] = []

    def expect(self, programs: int) -> None:
        """Start the children that so many programs will need, before there is anything to ask."""
        for _ in range(min(programs, os.cpu_count() or 1)):
            self._waiting.insert(0, self._start())  # the oldest is asked first

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What one child makes of a request; called from any thread."""
        try:
            child = self._waiting.pop()
        except IndexError:
            child = self._start()
        answer = child.answer(request)
        if "error" not in answer:
            self._waiting.append(child)
        return answer

    def _start(self) -> "_Child":
        child = _new(self._environment)
        self._started.append(child)
        return child

    def stop(self) -> None:
        """End all children, and what they are still doing."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        for child in self._started:
            child.kill()
        self.pool.shutdown()
        for child in self._started:
            child.close()


def start_ahead() -> None:
    """Let a child load the program while this process still loads what it will ask for."""
    _AHEAD.append(_Child(seen_by_children(fetching=False)))


def dismiss() -> None:
    """End the child that nobody has asked anything."""
    while _AHEAD:
        child = _AHEAD.pop()
        child.kill()
        child.close()


@contextmanager
def rehearsers(programs: int, *, fetching: bool) -> Iterator[Rehearsers]:
    """Children for as long as a command needs them, to run about so many programs."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - after the first child has started

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        made = Rehearsers(pool, seen_by_children(fetching=fetching))
        try:
            made.expect(programs)
            yield made
        finally:
            made.stop()


def seen_by_children(*, fetching: bool) -> dict[str, str]:
    """Nothing that could be a credential reaches a child; the cache is where it was.

    Whoever fetches needs what opens registries.
    """
    seen = dict(os.environ) if fetching else kept(os.environ)
    return {**seen, "ML_PLATFORM_CACHE": str(machine.directory())}


def _new(environment: Mapping[str, str]) -> "_Child":
    with suppress(IndexError):
        child = _AHEAD.pop()
        if child.environment == environment:
            return child
        _AHEAD.append(child)
    return _Child(environment)


class _Child:
    """A process that reads requests and writes answers, a line each."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._said = TemporaryFile()  # noqa: SIM115 - closed with the child
        self._heard = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "operations.rehearsing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            encoding="utf-8",
            cwd=_CODE,
            env=environment,
        )

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer, with whatever the program said meanwhile; a dead child's is an error."""
        assert self._process.stdin
        assert self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{json.dumps(request)}\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer.endswith("\n"):
            code = self._process.wait()
            return {"error": f"the rehearsal ended early ({code})", "trace": self._news()}
        told: dict[str, Any] = json.loads(answer)
        return {**told, "messages": (*self._news().splitlines(), *told.get("messages", ()))}

    def _news(self) -> str:
        """What it has said since it was last heard; the file's own position is the child's."""
        size = os.fstat(self._said.fileno()).st_size
        text = os.pread(self._said.fileno(), size - self._heard, self._heard)
        self._heard = size
        return text.decode("utf-8", "replace")

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """Let go of what it leaves behind."""
        with suppress(BrokenPipeError), self._process, self._said:
            pass
