"""What a long command shows while it works: named steps, how far each is, how long each took.

A terminal sees every step with a spinner and a clock; a log sees one line per finished step.
Everything goes to standard error, so that standard output stays what a machine may read.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TextIO

from operations.duration import duration

if TYPE_CHECKING:
    from rich.progress import TaskID

    from operations.terminal import Terminal

Outcome = Literal["done", "failed", "interrupted"]
_ANYWAY = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Whoever sets one of these wants to be treated as a terminal, or not to be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """One step that is over, for a summary."""

    name: str
    seconds: float
    outcome: Outcome


class Step:
    """A step that is running; it may say more about itself."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def detail(self, text: str) -> None:
        """Say what the step is doing right now; a terminal shows it beside the name."""
        self._show(text)

    def count(self, done: int, total: int, what: str) -> None:
        """Say how much of a known amount is done."""
        share = min(done, total) / total if total else 1.0
        self._show(f"{share:4.0%} · {min(done, total)} of {total} {what}")


class Steps:
    """The steps of one command; a context, within which `step` may be used, by threads as well."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._terminal = _terminal(self._stream)
        self._finished: list[Finished] = []

    def __enter__(self) -> Self:
        if self._terminal:
            self._terminal.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal:
            self._terminal.stop()

    @property
    def finished(self) -> tuple[Finished, ...]:
        """What is over, in the order in which it ended."""
        return tuple(self._finished)

    def note(self, line: str) -> None:
        """Print one line that stays, above the steps that are running."""
        if self._terminal:
            self._terminal.note(line)
        else:
            self._stream.write(f"{line}\n")
            self._stream.flush()

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while the block runs, and how it ended."""
        task = self._terminal.begin(name) if self._terminal else None
        begun = self._clock()
        outcome: Outcome = "failed"
        try:
            yield Step(lambda text: self._detail(task, text))
            outcome = "done"
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        finally:
            self._end(task, Finished(name=name, seconds=self._clock() - begun, outcome=outcome))

    def _detail(self, task: "TaskID | None", text: str) -> None:
        if self._terminal and task is not None:
            self._terminal.detail(task, text)

    def _end(self, task: "TaskID | None", finished: Finished) -> None:
        self._finished.append(finished)
        if self._terminal and task is not None:
            self._terminal.end(task, finished.outcome)
            return
        outcome = "" if finished.outcome == "done" else f" ({finished.outcome})"
        self.note(f"{duration(finished.seconds):>9}  {finished.name}{outcome}")


def _terminal(stream: TextIO) -> "Terminal | None":
    """The display, where there may be a terminal; what draws it is loaded for nobody else."""
    if not stream.isatty() and not any(os.environ.get(name) for name in _ANYWAY):
        return None
    from operations.terminal import Terminal  # noqa: PLC0415 - a tenth of a second for a log

    return Terminal.of(stream)
