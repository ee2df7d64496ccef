"""Processes that work below a directory: a sandbox's, and what an interrupted run leaves behind."""

import os
import signal
import time
from pathlib import Path

PATIENCE = 5.0
"""Seconds until a process that was asked to end is ended."""


def working_in(directory: Path) -> set[int]:
    """Whoever has a working directory there, recorded by somebody or not."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            where = (path / "cwd").readlink()
            alive = "\nState:\tZ" not in (path / "status").read_text()
        except OSError:
            continue  # ended meanwhile, or somebody else's
        if alive and where.is_relative_to(directory):
            found.add(int(path.name))
    return found


def end_all(directory: Path) -> int:
    """Ask each to end, then end it; the number of them."""
    left = asked = working_in(directory)
    _signal(asked, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = working_in(directory)
    _signal(left, signal.SIGKILL)
    return len(asked | left)


def _signal(processes: set[int], which: signal.Signals) -> None:
    for process in processes:
        try:
            os.kill(process, which)
        except ProcessLookupError:
            continue  # it went by itself
