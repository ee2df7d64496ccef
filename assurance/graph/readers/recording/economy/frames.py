"""Who registers a resource."""

import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice, takewhile
from pathlib import Path
from types import FrameType

from pulumi.runtime.proto import source_pb2

_ABOVE = 3
"""Constructors between a registration and the code that asks for it, as the SDK counts them."""
_RUNNER = str(Path(__file__).parents[1] / "program.py")
"""What runs a program, and all that runs this in turn, asks for nothing."""


def stack_trace() -> source_pb2.StackTrace:
    """Who registers a resource: what the SDK would say, who looks at each file for each frame."""
    within = takewhile(_of_the_program, _outwards(sys._getframe()))  # noqa: SLF001
    walked = list(islice(within, getattr(sys, "tracebacklimit", None)))
    made = [at for at, frame in enumerate(walked) if frame.f_code.co_name == "__init__"]
    asking = walked[made[_ABOVE - 1] + 1 :] if len(made) >= _ABOVE else []
    frames = [_frame(frame.f_code.co_filename, frame.f_lineno) for frame in asking]
    return source_pb2.StackTrace(frames=frames)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _of_the_program(frame: FrameType) -> bool:
    return frame.f_code.co_filename != _RUNNER


@cache
def _frame(file: str, line: int) -> source_pb2.StackFrame:
    """Whoever takes it copies it."""
    path = Path(file)
    place = source_pb2.SourcePosition(uri=path.as_uri(), line=line) if path.is_absolute() else None
    return source_pb2.StackFrame(pc=place)
