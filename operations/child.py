"""A child process of a long command: its output goes to a log, and it ends with the command."""

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TAIL = 15
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a child ended, and the last lines that it said."""

    code: int
    tail: tuple[str, ...]


def run_logged(
    command: Sequence[str | Path],
    log: Path,
    each_line: Callable[[str], None],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Run a command to its end, line by line into the log; an interrupt ends all its children."""
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=_TAIL)
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(  # noqa: S603 - the caller's own command, no shell
            list(command),
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as child,
    ):
        file.write(f"$ {' '.join(map(str, command))}\n")
        try:
            for line in child.stdout or ():
                file.write(line)
                tail.append(line.rstrip())
                each_line(line.rstrip())
            return Ended(code=child.wait(), tail=tuple(tail))
        finally:
            _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    """Stop a child that is still running, and everything that it started."""
    if child.poll() is not None:
        return
    os.killpg(child.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_PATIENCE_SECONDS)
    # What a shell starts in the background ignores interrupts; nothing of the group stays.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
