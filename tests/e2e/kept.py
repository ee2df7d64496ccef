"""A stack in a file backend, run by the engine with its own backend or with ours."""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.automation import LocalWorkspace, ProjectSettings
from pulumi.automation.errors import CommandError

from operations.engine.command import EngineCommand
from operations.engine.environment import hermetic
from operations.engine.guard import EngineKilledError, Guard, end_session
from operations.engine.program import forget_ended_programs
from operations.engine.stack import EngineStack
from operations.engine.state import keeper_of
from operations.engine.state.keeper import Keeper
from operations.engine.workspace import Workspace
from operations.toolchain import version
from tests.e2e.world import Thing, build
from tests.operations.engine.state.spelled import by_name, plain

Act = tuple[str, tuple[Thing, ...]] | Callable[[Path], None]
"""An operation with its program, or something that befalls the world."""

ROOT = Path(__file__).parents[2]
PROJECT = "worlds"


@dataclass
class Kept:
    """One stack and the world that it makes."""

    directory: Path
    pulumi: Path
    journalled: bool
    stack: str = "kept"
    place: Workspace = field(init=False)
    notes: list[str] = field(default_factory=list)
    _running: EngineCommand | None = None

    def __post_init__(self) -> None:
        self.place = Workspace(directory=self.directory / "engine")
        self.place.create("any")
        self.world.mkdir(exist_ok=True)
        seat = self.place.seat(self.directory / "kubeconfig", own_key=True)
        self.environment = hermetic(os.environ, ROOT, sys.executable, seat)

    @property
    def world(self) -> Path:
        """What exists."""
        return self.directory / "world"

    @property
    def keeper(self) -> Keeper | None:
        """Ours."""
        return keeper_of(
            self.stack,
            self.place.work,
            self.environment,
            f"v{version('pulumi')}",
            self.notes.append,
        )

    @property
    def checkpoint(self) -> Path:
        """The state's file."""
        return self.place.state / ".pulumi" / "stacks" / PROJECT / f"{self.stack}.json"

    def run(self, verb: str, things: Iterable[Thing] = ()) -> bool:
        """One operation; whether it succeeded."""
        return self.run_program(verb, lambda: build(self.world, things))

    def run_program(self, verb: str, program: Callable[[], None]) -> bool:
        """The same with any program."""
        told: list[str] = []
        with Guard(self.directory / "run", told.append) as guard:
            command = self._running = EngineCommand(self.pulumi, self.environment, guard)
            stack = self._stack(command, program)
            common: dict[str, Any] = {"color": "never", "parallel": 1, "suppress_progress": True}
            try:
                with self._leading(verb, command):
                    getattr(stack, verb)(**common)
            except (CommandError, EngineKilledError):
                return False
        return True

    def killed(self, verb: str, things: Iterable[Thing]) -> None:
        """One operation whose engine is killed while it holds a thing."""
        done = threading.Event()
        thread = threading.Thread(target=self._kill_when_held, args=(done,))
        thread.start()
        try:
            assert not self.run(verb, things)
        finally:
            done.set()
            thread.join()

    def _kill_when_held(self, done: threading.Event) -> None:
        while not done.wait(0.02):
            if (self.world / "held").exists() and self._running and self._running.pid:
                end_session(self._running.pid)
                return

    def perform(self, act: Act) -> bool | None:
        """One act of a story; None where it was no operation."""
        if callable(act):
            act(self.world)
            return None
        return self.run(*act)

    def pulumi_says(self, *words: str) -> str:
        """The plain command line, with the file backend."""
        with Guard(self.directory / "run", print) as guard:
            command = EngineCommand(self.pulumi, self.environment, guard)
            return command.run([*words, "--stack", self.stack], str(self.place.work), {}).stdout

    def exported(self) -> dict[str, Any]:
        """The state as everybody reads it, without what differs between two runs."""
        said = json.loads(self.pulumi_says("stack", "export", "--show-secrets"))
        found = plain(said, str(self.directory))
        return {**found, "deployment": by_name(found["deployment"])}

    def _stack(self, command: EngineCommand, program: Callable[[], None]) -> EngineStack:
        def fresh() -> None:
            forget_ended_programs()
            program()

        workspace = LocalWorkspace(
            work_dir=str(self.place.work),
            program=fresh,
            project_settings=ProjectSettings(name=PROJECT, runtime="python"),
            pulumi_command=command,
        )
        return EngineStack(self.stack, workspace, exists=self.checkpoint.is_file())

    @contextlib.contextmanager
    def _leading(self, verb: str, command: EngineCommand) -> Iterator[None]:
        if not self.journalled:
            yield
            return
        keeper = self.keeper
        assert keeper
        with keeper.operation(verb) as leading, command.led(leading):
            yield
