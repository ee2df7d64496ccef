"""Steps as a terminal shows them: each with a spinner and a clock."""

from typing import Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from operations.duration import duration


class Terminal:
    """Draws by itself, several times a second; may be used by threads."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Progress(
            _Mark(),
            TextColumn("{task.description}"),
            _Elapsed(),
            TextColumn("[dim]{task.fields[detail]}"),
            console=console,
        )

    @classmethod
    def of(cls, stream: TextIO) -> Self | None:
        """None where nobody could see it: a dumb terminal, say."""
        console = Console(file=stream, highlight=False)
        return cls(console) if console.is_interactive else None

    def start(self) -> None:
        """Begin to draw."""
        self._live.start()

    def stop(self) -> None:
        """Leave what was drawn last."""
        self._live.stop()

    def note(self, line: str) -> None:
        """Print a line above the steps."""
        self._console.print(line, markup=False, soft_wrap=True)

    def begin(self, name: str) -> TaskID:
        """Show a step."""
        return self._live.add_task(escape(name), total=1, detail="", outcome="")

    def detail(self, step: TaskID, text: str) -> None:
        """Show what a step is doing."""
        self._live.update(step, detail=escape(text))

    def end(self, step: TaskID, outcome: str) -> None:
        """Show how a step has ended."""
        self._live.update(step, completed=1, detail="", outcome=outcome)


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
