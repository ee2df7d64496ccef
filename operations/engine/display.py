"""What a person sees of a run while it lasts, from engine events."""

from collections import Counter
from collections.abc import Callable, Mapping

from operations.duration import duration
from operations.engine.events import Run, Step, title
from operations.progress import Step as Shown
from operations.progress import Steps

_CALM = frozenset({"same", "read", "refresh"})
_PATIENCE = 3.0
"""Seconds after which a step is worth a word."""
_MANY = 40
"""Lines that a person still reads; with more components than this, only the slow ones are told."""


class Display:
    """One step of a command that follows a run: how far it is, and what it waits for."""

    def __init__(
        self, steps: Steps, shown: Shown, expected: Run | None, clock: Callable[[], float]
    ) -> None:
        self._steps = steps
        self._shown = shown
        self._clock = clock
        self._total = expected.done() if expected else 0
        self._left = _by_parent(expected) if expected else Counter()
        self._told: set[tuple[str, str]] = set()
        self._few = sum(1 for _ in self._left) <= _MANY

    def event(self, run: Run, step: Step) -> None:
        """Say which component is complete."""
        key = (step.urn, step.op)
        if step.seconds is None or step.op in _CALM or key in self._told:
            return
        self._told.add(key)
        parent = run.parents.get(step.urn, step.urn)
        self._left[parent] -= 1
        if self._left[parent] == 0:
            self._complete(run, parent)

    def tick(self, run: Run) -> None:
        """Refresh the one line that a terminal shows."""
        text = progress_line(run, self._total, self._clock())
        self._shown.detail(text)

    def _complete(self, run: Run, parent: str) -> None:
        steps = [s for s in run.steps.values() if run.parents.get(s.urn) == parent]
        steps = [s for s in steps if s.seconds is not None and s.op not in _CALM]
        if not steps:
            return
        ended = max(s.began + (s.seconds or 0) for s in steps)
        seconds = ended - min(s.began for s in steps)
        if self._few or seconds > _PATIENCE:
            counts = counted(Counter(s.op for s in steps))
            self._steps.note(f"{duration(seconds):>9}  {title(parent)}: {counts}")


def progress_line(run: Run, total: int, now: float) -> str:
    """`123 of 302 · Deployment fraud-deployment-api 12.3 s: waiting for …`."""
    done = run.done()
    far = f"{min(done, total)} of {total}" if total else f"{done} resources"
    slowest = max(_working(run), key=lambda step: now - step.began, default=None)
    if slowest is None:
        return far
    status = run.status.get(slowest.urn)
    word = f": {status}" if status else ""
    return f"{far} · {title(slowest.urn)} {duration(now - slowest.began)}{word}"


def counted(counts: Mapping[str, int]) -> str:
    """`14 create, 2 update`."""
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items()) if number)


def _working(run: Run) -> list[Step]:
    """What is under way and is not merely a parent of it."""
    parents = set(run.parents.values())
    return [step for step in run.running() if step.urn not in parents]


def _by_parent(run: Run) -> Counter[str]:
    """How many changes each component's children have in store."""
    return Counter(
        run.parents.get(step.urn, step.urn)
        for step in run.steps.values()
        if step.op not in _CALM and step.seconds is not None
    )
