"""A command, timed from the shell's point of view."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from operations.errors import UserError

_TAIL = 2000
_KIB = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What a command took."""

    seconds: float
    memory: int
    """The most that any one of its processes held, in bytes."""
    output: str


def measure(*command: str | Path, cwd: Path) -> Measured:
    """Run a command to its end; one that fails is no measurement."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as output,
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
    ):
        begun = time.monotonic()
        child = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode != 0:
            text = (errors.read() + output.read())[-_TAIL:]
            message = f"{' '.join(map(str, command))} ended with {child.returncode}:\n{text}"
            raise UserError(message)
        unit = 1 if sys.platform == "darwin" else _KIB
        return Measured(seconds=seconds, memory=usage.ru_maxrss * unit, output=output.read())
