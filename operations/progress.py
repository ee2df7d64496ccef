"""What a long command shows while it works: named steps, how far each is, how long each took.

A terminal sees every step with a spinner and a clock; a log sees one line per finished step.
Everything goes to standard error, so that standard output stays what a machine may read.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

Outcome = Literal["done", "failed", "interrupted"]
_MINUTE = 60


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
        self._console = Console(file=stream or sys.stderr, highlight=False)
        self._clock = clock
        self._live = _live(self._console) if self._console.is_interactive else None
        self._finished: list[Finished] = []

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    @property
    def finished(self) -> tuple[Finished, ...]:
        """What is over, in the order in which it ended."""
        return tuple(self._finished)

    def note(self, line: str) -> None:
        """Print one line that stays, above the steps that are running."""
        self._console.print(line, markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while the block runs, and how it ended."""
        task = self._begin(name)
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

    def _begin(self, name: str) -> TaskID | None:
        if self._live is None:
            return None
        return self._live.add_task(escape(name), total=1, detail="", outcome="")

    def _detail(self, task: TaskID | None, text: str) -> None:
        if self._live and task is not None:
            self._live.update(task, detail=escape(text))

    def _end(self, task: TaskID | None, finished: Finished) -> None:
        self._finished.append(finished)
        if self._live and task is not None:
            self._live.update(task, completed=1, detail="", outcome=finished.outcome)
            return
        outcome = "" if finished.outcome == "done" else f" ({finished.outcome})"
        self.note(f"{duration(finished.seconds):>9}  {finished.name}{outcome}")


def duration(seconds: float) -> str:
    """Seconds as a person says them: `0.4 s`, `12.3 s`, `4 min 05 s`."""
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest:02d} s"


def _live(console: Console) -> Progress:
    return Progress(
        _Mark(),
        TextColumn("{task.description}"),
        _Elapsed(),
        TextColumn("[dim]{task.fields[detail]}"),
        console=console,
    )


_ENDED = {
    "done": Text("✔", style="green"),
    "failed": Text("✘", style="red"),
    "interrupted": Text("✘", style="yellow"),
}


class _Mark(ProgressColumn):
    """A spinner while the step runs, then how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self._spinner = SpinnerColumn()

    def render(self, task: Task) -> Text:
        ended = _ENDED.get(task.fields["outcome"])
        if ended is not None:
            return ended
        frame = self._spinner.spinner.render(task.get_time())
        return frame if isinstance(frame, Text) else Text("…")


class _Elapsed(ProgressColumn):
    """How long the step has been running, or took."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time if task.finished else task.elapsed
        return Text(f"{duration(seconds or 0.0):>10}", style="cyan")
