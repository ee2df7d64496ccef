"""A program in one function, deployed by the real engine onto the tests' sandbox."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi.automation import EngineEvent, LocalWorkspace, ProjectSettings, Stack

from components.manifests import Registered, register
from components.manifests.ledger import _kept_with
from operations.engine.command import EngineCommand
from operations.engine.environment import hermetic
from operations.engine.guard import Guard
from operations.engine.workspace import PLUGIN, Workspace, install_plugin
from operations.toolchain import version

STACK = "registrar"
Program = Callable[["Stage"], Any]


class Team(pulumi.ComponentResource):
    """The smallest component that registers objects."""

    def __init__(self, name: str, provider: kubernetes.Provider) -> None:
        here = pulumi.ResourceOptions(providers={"kubernetes": provider})
        super().__init__("ml-platform:tenancy:Team", name, None, here)
        self.register_outputs({})


@dataclass
class Stage:
    """What a program works with."""

    provider: kubernetes.Provider
    teams: dict[str, Team] = field(default_factory=dict)

    def register(self, team: str, *objects: dict[str, Any], **more: Any) -> Registered:
        if team not in self.teams:
            self.teams[team] = Team(team, self.provider)
        return register(self.teams[team], objects, origin=f"teams.{team}", **more)


@dataclass
class Told:
    """Everything that a run said."""

    events: list[EngineEvent] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    processes: set[str] = field(default_factory=set)
    """Command lines seen while it ran."""

    def changes(self) -> dict[str, int]:
        """How many resources were created, updated, deleted, replaced."""
        for event in self.events:
            if event.summary_event:
                counts = event.summary_event.resource_changes
                return {str(getattr(k, "value", k)): n for k, n in counts.items() if k != "same"}
        return {}

    def everything(self) -> str:
        return "\n".join([*self.output, *map(repr, self.events), *self.processes])


@dataclass
class Driver:
    """One stack, from nothing to destroyed."""

    directory: Path
    tools: Mapping[str, Path]
    kubeconfig: Path
    workspace: Workspace = field(init=False)

    def __post_init__(self) -> None:
        self.workspace = Workspace(directory=self.directory)
        self.workspace.create("any")
        install_plugin(self.workspace.home, self.tools[PLUGIN], version(PLUGIN))
        seat = self.workspace.seat(self.kubeconfig, own_key=True)
        self.environment = hermetic(os.environ, Path.cwd(), sys.executable, seat)

    def stack(self, program: Program, guard: Guard) -> Stack:
        def run() -> None:
            text = pulumi.Output.secret(self.kubeconfig.read_text("utf-8"))
            provider = kubernetes.Provider(
                "cluster",
                kubeconfig=text,
                cluster_identifier="c",
                enable_server_side_apply=True,
                opts=pulumi.ResourceOptions(version=version(PLUGIN)),
            )
            _kept_with(provider).kubeconfig = text
            program(Stage(provider))

        workspace = LocalWorkspace(
            work_dir=str(self.workspace.work),
            program=run,
            project_settings=ProjectSettings(name="p", runtime="python"),
            pulumi_command=EngineCommand(self.tools["pulumi"], self.environment, guard),
        )
        return Stack.create_or_select(STACK, workspace)

    def run(self, verb: str, program: Program, **options: Any) -> Told:
        told = Told()
        guard = Guard(self.directory / "run", told.output.append)
        with _watching_processes(told.processes), guard:
            getattr(self.stack(program, guard), verb)(
                on_event=told.events.append,
                on_output=told.output.append,
                color="never",
                parallel=64,
                **options,
            )
        return told

    def files(self) -> Iterator[Path]:
        """What the engine has written."""
        return (p for p in self.directory.rglob("*") if p.is_file() and not p.is_symlink())


@contextmanager
def _watching_processes(seen: set[str]) -> Iterator[None]:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            for line in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(line.read_text(errors="replace"))
                except OSError:
                    continue  # the process has ended meanwhile

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
