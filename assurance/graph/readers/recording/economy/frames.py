"""Who registers a resource."""

import sys
from functools import cache
from itertools import islice
from pathlib import Path
from traceback import walk_stack

from pulumi.runtime.proto import source_pb2

_ABOVE = 3
"""Constructors between a registration and the code that asks for it, as the SDK counts them."""


def stack_trace() -> source_pb2.StackTrace:
    """Who registers a resource: what the SDK would say, who looks at each file for each frame."""
    walked = list(islice(walk_stack(sys._getframe()), getattr(sys, "tracebacklimit", None)))  # noqa: SLF001
    made = [at for at, (frame, _) in enumerate(walked) if frame.f_code.co_name == "__init__"]
    asking = walked[made[_ABOVE - 1] + 1 :] if len(made) >= _ABOVE else []
    frames = [source_pb2.StackFrame(pc=_place(f.f_code.co_filename, line)) for f, line in asking]
    return source_pb2.StackTrace(frames=frames)


def _place(file: str, line: int) -> source_pb2.SourcePosition | None:
    uri = _uri(file)
    return None if uri is None else source_pb2.SourcePosition(uri=uri, line=line)


@cache
def _uri(file: str) -> str | None:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else None
