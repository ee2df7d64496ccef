"""The project's `__main__.py` as the Automation API's inline program."""

import contextlib
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi import ResourceTransformation, ResourceTransformationArgs, ResourceTransformationResult
from pulumi.runtime._callbacks import _CallbackServicer

from assurance.graph.readers.recording.economy import unheard

_PROVIDER = "pulumi:providers:kubernetes"

_FRAMES = 8
"""Of the program's stack, per resource; all of it would be half of the state."""

Adopt = Callable[[str, Mapping[str, Any]], str | None]
"""Type and inputs of a resource → the id of an object that exists, although the state lacks it."""
Listen = Callable[[Any], None]
"""Told to which of the engine's services a program speaks, before it does."""


def inline_program(
    directory: Path,
    plugin_version: str | None,
    adopt: Adopt | None = None,
    listen: Listen | None = None,
) -> Callable[[], None]:
    """Run `__main__.py` unchanged, after saying which provider plugin the engine is to use.

    The engine picks a plugin by the version that a resource asks for. Which one is installed is no
    business of the program's, so the version is set here, from outside; likewise what has to be
    imported because an earlier run was killed before it could be recorded.
    """

    def run() -> None:
        forget_ended_programs()
        if plugin_version:
            pulumi.runtime.register_stack_transformation(_pin(plugin_version))
        if adopt:
            pulumi.runtime.register_stack_transformation(_import(adopt))
        if listen:
            listen(pulumi.runtime.settings.get_monitor())
        if str(directory) not in sys.path:
            sys.path.insert(0, str(directory))
        runpy.run_path(str(directory / "__main__.py"), run_name="__main__")

    return run


def forget_ended_programs() -> None:
    """Let go of the callback servers of programs that this process has run before.

    The SDK keeps every one of them, and stops them all at the end of each program. One whose
    program was cut short by a failure belongs to an event loop that is closed, and would fail the
    next program in its place.
    """
    _CallbackServicer._servicers.clear()  # noqa: SLF001 - the SDK has no other way


@contextlib.contextmanager
def terse() -> Iterator[None]:
    """Let the SDK tell the engine only what somebody reads.

    It sends the stack of each registration, which the engine keeps, and a dozen debug messages,
    each in a call that the whole program waits for; the engine shows them only when asked to.
    """
    frames = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = _FRAMES
    try:
        with unheard():
            yield
    finally:
        sys.tracebacklimit = frames


def _pin(version: str) -> ResourceTransformation:
    def transform(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        if args.type_ != _PROVIDER:
            return None
        pinned = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(version=version))
        return ResourceTransformationResult(props=args.props, opts=pinned)

    return transform


def _import(adopt: Adopt) -> ResourceTransformation:
    def transform(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        if not args.type_.startswith("kubernetes:"):
            return None
        existing = adopt(args.type_, args.props)
        if existing is None:
            return None
        adopted = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(import_=existing))
        return ResourceTransformationResult(props=args.props, opts=adopted)

    return transform
