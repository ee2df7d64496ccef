"""One command's hold on one stack: nobody else works on it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from operations.engine.engine import Engine
from operations.engine.guard import Guard
from operations.engine.target import open_target
from operations.filelock import exclusive
from operations.progress import Steps


@contextlib.contextmanager
def session(project: Path, stack: str, steps: Steps) -> Iterator[Engine]:
    """Hold a stack for the length of a command."""
    place = project / ".ml-platform" / "engine"
    with (
        exclusive(place / f"{stack}.lock", lambda who: steps.note(f"waiting for {who}")),
        Guard(place / f"{stack}.run", steps.note) as guard,
    ):
        yield Engine(open_target(project, stack, steps), guard, steps.note)
