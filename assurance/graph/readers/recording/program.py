"""Run a program's `__main__.py`, unmodified, against the recording monitor."""

import asyncio
import contextvars
import json
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pulumi.runtime import config as runtime_config
from pulumi.runtime import rpc, settings, stack

from assurance.graph.graph import Graph, graph_of
from assurance.graph.readers.recording.economy import frugal, unheard
from assurance.graph.readers.recording.hermetic import sealed
from assurance.graph.readers.recording.loop import drain, recording_loop
from assurance.graph.readers.recording.monitor import (
    RecordingEngine,
    RecordingMonitor,
    References,
    UnansweredError,
)
from assurance.graph.readers.recording.registered import resources
from assurance.graph.readers.recording.urns import ROOT

Mode = Literal["cold", "warm"]
"""With every output unknown, as before the first deployment; or with everything standing."""

_DISABLED = "pulumi:disable-default-providers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """A project's directory, and what the engine would tell its program."""

    directory: Path
    stack: str
    project: str
    organization: str = "organization"
    fetching: bool = False
    """It may fetch what a deployment needs, such as charts; a rehearsal may not."""
    config: Mapping[str, str] = field(default_factory=dict)
    """Full keys; objects as JSON text."""
    secret_keys: frozenset[str] = frozenset()
    """Keys that hold an encrypted value; those that `config` lacks are unknown secrets."""


class ProgramError(Exception):
    """A program that does not run to its end; the cause has the traceback."""


def no_references(name: str) -> Mapping[str, Any]:
    """Refuse: nobody has said what other stacks export."""
    raise UnansweredError(name, verb="reads the outputs of stack")


def record(
    program: Program,
    mode: Mode,
    references: References = no_references,
    say: Callable[[str], None] = lambda _message: None,
) -> Graph:
    """The graph that a program registers; `say` gets its messages."""
    monitor = RecordingMonitor(
        stack=program.stack, project=program.project, cold=mode == "cold", references=references
    )
    engine = RecordingEngine(say)
    contextvars.copy_context().run(_run, program, monitor, engine)
    root = program.directory.resolve()
    return graph_of(resources(monitor.registered.values(), root), stack=program.stack, mode=mode)


def stack_outputs(graph: Graph) -> Mapping[str, Any]:
    """What a program exports."""
    for resource in graph.of_type(ROOT):
        return resource.outputs
    return {}


def _run(program: Program, monitor: RecordingMonitor, engine: RecordingEngine) -> None:
    """Run to the end, or raise a `ProgramError` that names what went wrong."""
    _configure(program, monitor, engine)
    main = program.directory.resolve() / "__main__.py"
    with sealed(fetching=program.fetching) as tried, _inside(main.parent), unheard(), frugal(None):
        try:
            _execute(lambda: runpy.run_path(str(main), run_name="__main__"))
        except (Exception, SystemExit) as error:
            raise ProgramError(_message(error, main.parent)) from error
    for message in (*tried, *engine.errors):
        raise ProgramError(message)
    if len(monitor.registered) <= 1:
        message = f"{main.name} registers nothing"
        raise ProgramError(message)


def _configure(program: Program, monitor: RecordingMonitor, engine: RecordingEngine) -> None:
    withheld = dict.fromkeys(sorted(program.secret_keys - program.config.keys()), rpc.UNKNOWN)
    config = {**program.config, **withheld}
    monitor.default_providers_disabled = frozenset(json.loads(config.get(_DISABLED, "[]")))
    settings.ROOT.set(None)
    settings.configure(
        settings.Settings(
            project=program.project,
            stack=program.stack,
            organization=program.organization,
            root_directory=str(program.directory.resolve()),
            dry_run=True,
            monitor=monitor,
            engine=engine,
        )
    )
    runtime_config.set_all_config(config, sorted(program.secret_keys))


def _execute(program: Callable[[], Any]) -> None:
    def run() -> None:
        program()

    loop = recording_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(stack.run_in_stack(run))
    finally:
        drain(loop)
        loop.close()
        asyncio.set_event_loop(None)


@contextmanager
def _inside(directory: Path) -> Iterator[None]:
    """Run where the engine would run the program."""
    here, path = Path.cwd(), list(sys.path)
    os.chdir(directory)
    sys.path.insert(0, str(directory))
    try:
        yield
    finally:
        sys.path[:] = path
        os.chdir(here)


def _message(error: BaseException, root: Path) -> str:
    """The error's own words; for one that nobody wrote for people, also its name and place."""
    words = str(error)
    if words and type(error).__module__.partition(".")[0] not in sys.stdlib_module_names:
        return words
    name = type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).relative_to(root)}:{f.lineno}" for f in frames if _own(f, root)]
    return f"{places[-1] if places else '__main__.py'}: {name}: {words}".rstrip(": ")


def _own(frame: traceback.FrameSummary, root: Path) -> bool:
    path = Path(frame.filename)
    return path.is_relative_to(root) and "site-packages" not in path.parts
