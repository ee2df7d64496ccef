"""The engine at work on one stack: preview, up, refresh, destroy."""

import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pulumi.automation import EngineEvent, LocalWorkspace
from pulumi.automation.errors import CommandError, ConcurrentUpdateError

from assurance.graph.readers.recording.economy import frugal
from operations.engine import holders
from operations.engine.command import EngineCommand
from operations.engine.events import Run, Step, plain
from operations.engine.guard import EngineKilledError, Guard
from operations.engine.interruptible import interruptibly
from operations.engine.outcome import Ended, Outcome, outcome
from operations.engine.program import Adopt, inline_program, terse
from operations.engine.said import Said
from operations.engine.slim import slim
from operations.engine.stack import EngineStack
from operations.engine.state import KINDS, Keeper, LockedError, keeper_of
from operations.engine.target import Target
from operations.errors import UserError
from operations.toolchain import version

Operation = Literal["preview", "up", "refresh", "destroy"]

PARALLEL = 64
"""Most of a deployment is waiting for the cluster."""
_OFTEN_ENOUGH = 1.0
"""Seconds until a program looks for failures among the outputs that it has made meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What a person may say about a run."""

    parallel: int = PARALLEL
    expect_no_changes: bool = False
    refresh: bool = False
    """Look at the cluster first; only a preview has the choice."""
    debug: bool = False


@dataclass(kw_only=True, slots=True)
class Watcher:
    """Follows a run; every method may be called from another thread."""

    run: Run = field(default_factory=Run)
    step: Callable[[Run, Step], None] = lambda _run, _step: None
    """Told of each step that begins or ends."""
    tick: Callable[[Run], None] = lambda _: None
    """Called several times a second."""
    note: Callable[[str], None] = lambda _: None
    """Told what a person has to know."""


class Engine:
    """A stack of the engine's, selected or created."""

    def __init__(self, target: Target, guard: Guard, note: Callable[[str], None]) -> None:
        self.target = target
        self.guard = guard
        self.adopt: Adopt = _nothing
        """What to import in place of creating it."""
        self._said = Said()
        self._command = EngineCommand(target.tools["pulumi"], target.environment, guard)
        program = inline_program(
            target.project,
            target.plugin,
            lambda kind, inputs: self.adopt(kind, inputs),  # noqa: PLW0108 - asked anew each time
            self._met,
        )
        workspace = LocalWorkspace(
            work_dir=str(target.work), program=program, pulumi_command=self._command
        )
        if target.sandbox:
            os.environ["KUBECONFIG"] = str(target.sandbox.kubeconfig)
        known = self._kept_by(note)
        try:
            self._stack = EngineStack(target.stack, workspace, exists=known is not None)
        except CommandError as error:
            raise UserError(_said(error)) from None
        if target.workspace and not known:
            target.workspace.write_settings(target.file.path)
        self._keeper = known or self._kept_by(note)
        if self._keeper:
            self._keeper.settle()

    def perform(self, operation: Operation, options: Options, watcher: Watcher) -> Outcome:
        """Run one operation to its end, or to the end of an interrupt."""
        begun = time.monotonic()
        failure: str | None = None
        looking = operation == "preview"
        self._said = Said()
        try:
            with (
                contextlib.nullcontext() if looking else self.guard.operation(operation),
                contextlib.nullcontext() if options.debug else terse(),
                frugal(_OFTEN_ENOUGH),
            ):
                self._unlocked(
                    lambda: interruptibly(
                        lambda: self._kept(operation, options, watcher),
                        tick=lambda: watcher.tick(watcher.run),
                        interrupt=lambda: watcher.note(self._command.interrupt() or "stopping"),
                    ),
                    watcher.note,
                )
        except CommandError as error:
            failure = _said(error)
        except EngineKilledError as error:
            failure = str(error)
        ended = Ended(operation=operation, seconds=time.monotonic() - begun, failure=failure)
        return outcome(
            self.target.stack, watcher.run, ended, expect_no_changes=options.expect_no_changes
        )

    def leaves_as_is(self) -> bool:
        """Whether the program has just said of this state what it said when the state came about.

        Then an `up` of which a preview finds no change would write nothing either.
        """
        whole = self.guard.unfinished is None
        return whole and self._keeper is not None and self._keeper.knows(self._said.digest())

    def concluded(self) -> None:
        """An `up` has come to its end: remember what the program has said to it."""
        self.guard.recovered()
        if self._keeper:
            self._keeper.remember(self._said.digest())

    def export(self) -> dict[str, Any]:
        """The stack's state, secrets encrypted; empty before the first deployment."""
        if self._keeper:
            return self._keeper.export()
        words = ["stack", "export", "--stack", self.target.stack]
        result = self._command.run(words, str(self.target.work), {})
        state: dict[str, Any] = json.loads(result.stdout)
        return {**state, "deployment": state.get("deployment") or {}}

    def replace(self, state: Mapping[str, Any], note: Callable[[str], None]) -> None:
        """Put another state in its place."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            words = ["stack", "import", "--file", file.name, "--stack", self.target.stack]
            self._unlocked(lambda: self._command.run(list(words), str(self.target.work), {}), note)

    def stated_kubeconfig(self) -> str | None:
        """The kubeconfig that the stack's configuration holds, if it holds one."""
        try:
            return self._stack.get_config("ml-platform:kubeconfig").value
        except CommandError:
            return None

    def shown(self) -> dict[str, Any]:
        """What the state has deployed, with its secrets in plain words; for nobody's eyes."""
        words = ["stack", "export", "--show-secrets", "--stack", self.target.stack]
        result = self._command.run(words, str(self.target.work), {})
        return json.loads(result.stdout).get("deployment") or {}

    def _met(self, monitor: Any) -> None:
        self._said.listen(monitor)
        slim(monitor)

    def _unlocked(self, work: Callable[[], object], note: Callable[[str], None]) -> None:
        """Break the lock that a process has left which is certainly dead, and no other."""
        try:
            work()
        except (ConcurrentUpdateError, LockedError) as error:
            named = error.holders if isinstance(error, LockedError) else holders.of(str(error))
            alive = [str(holder) for holder in named if holder.may_live()]
            if alive or not named:
                message = f"stack {self.target.stack} is locked by {', '.join(alive) or 'others'}"
                raise UserError(message) from None
            note("the lock of a process that is dead is taken away")
            self._stack.cancel()
            work()

    def _kept_by(self, note: Callable[[str], None]) -> Keeper | None:
        there = self.target
        return keeper_of(there.stack, there.work, there.environment, f"v{version('pulumi')}", note)

    def _kept(self, operation: Operation, options: Options, watcher: Watcher) -> None:
        """Run the engine; what it does is journalled here, where its own backend is slow."""
        if self._keeper is None or operation not in KINDS:
            self._call(operation, options, watcher)
            return
        with self._keeper.operation(operation) as leading, self._command.led(leading):
            self._call(operation, options, watcher)

    def _call(self, operation: Operation, options: Options, watcher: Watcher) -> None:
        def on_event(event: EngineEvent) -> None:
            with lock:
                step = watcher.run.apply(event, time.monotonic())
                if step:
                    watcher.step(watcher.run, step)

        lock = threading.Lock()
        common: dict[str, Any] = {
            "on_event": on_event,
            "parallel": options.parallel,
            "debug": options.debug or None,
            "color": "never",
            "suppress_outputs": True,
            "suppress_progress": True,
        }
        match operation:
            case "preview":
                looking: dict[str, Any] = {"refresh": True} if options.refresh else {}
                self._stack.preview(**common, **self._policies(), **looking)
            case "up":
                self._stack.up(**common, **self._policies(), show_secrets=False)
            case "refresh":
                self._stack.refresh(**common, show_secrets=False)
            case "destroy":
                self._stack.destroy(**common, show_secrets=False)

    def _policies(self) -> dict[str, Any]:
        """The policy pack, as an executable file; it finds the stack's levels by itself."""
        pack = self.target.project / "policies" / "run"
        return {"policy_packs": [str(pack)]} if pack.exists() else {}


def _nothing(_type: str, _inputs: Mapping[str, Any]) -> None:
    """Adopt nothing: every object that the state lacks is created."""


def _said(error: CommandError) -> str:
    """What the engine wrote to standard error, in place of all that the SDK repeats."""
    _, _, text = str(error).partition("stderr:")
    lines = [line.removeprefix("error: ") for line in plain(text or str(error)).splitlines()]
    return "\n".join(line for line in lines if line.strip()) or "the engine failed"
