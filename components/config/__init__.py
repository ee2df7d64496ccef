"""The stack file as frozen models; assembled here from the sections' own packages."""

from components.config.faults import ConfigError, Fault
from components.config.models import PlatformConfig, Stack, StackFile
from components.config.reading import load, read_stack_file

__all__ = [
    "ConfigError",
    "Fault",
    "PlatformConfig",
    "Stack",
    "StackFile",
    "load",
    "read_stack_file",
]
