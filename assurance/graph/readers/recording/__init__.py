"""A program becomes a graph by being run without engine, cluster or credentials."""

from assurance.graph.readers.recording.hermetic import HermeticError
from assurance.graph.readers.recording.monitor import References, RefusedError, UnansweredError
from assurance.graph.readers.recording.program import (
    Mode,
    Program,
    ProgramError,
    record,
    stack_outputs,
)

__all__ = [
    "HermeticError",
    "Mode",
    "Program",
    "ProgramError",
    "References",
    "RefusedError",
    "UnansweredError",
    "record",
    "stack_outputs",
]
