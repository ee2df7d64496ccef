"""One command's hold on one stack: nobody else works on it."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from operations.engine.engine import Engine
from operations.engine.guard import Guard
from operations.engine.pack import pack_ahead
from operations.engine.target import open_target
from operations.filelock import exclusive
from operations.progress import Steps


@contextlib.contextmanager
def session(project: Path, stack: str, steps: Steps, *, judged: bool = False) -> Iterator[Engine]:
    """Hold a stack for the length of a command; `judged`: the policy pack will be needed."""
    place = project / ".ml-platform" / "engine"
    with (
        pack_ahead(project, wanted=judged) as ahead,
        exclusive(place / f"{stack}.lock", lambda who: steps.note(f"waiting for {who}")),
        Guard(place / f"{stack}.run", steps.note) as guard,
    ):
        target = open_target(project, stack, steps)
        led = replace(target, environment={**target.environment, **ahead})
        yield Engine(led, guard, steps.note)
