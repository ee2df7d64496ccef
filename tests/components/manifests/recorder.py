"""A program in one function, recorded by the same monitor that rehearsals use."""

import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from assurance.graph.graph import Graph, graph_of
from assurance.graph.readers.recording.economy import frugal, unheard
from assurance.graph.readers.recording.monitor import RecordingEngine, RecordingMonitor
from assurance.graph.readers.recording.program import Program, _configure, _execute, no_references
from assurance.graph.readers.recording.registered import resources
from assurance.graph.resource import Resource
from components.manifests import Manifest, Registered, register
from components.manifests.ledger import _kept_with


class Team(pulumi.ComponentResource):
    """The smallest component that registers objects."""

    def __init__(self, name: str, provider: kubernetes.Provider) -> None:
        here = pulumi.ResourceOptions(providers={"kubernetes": provider})
        super().__init__("ml-platform:tenancy:Team", name, None, here)
        self.register_outputs({})


@dataclass
class Stage:
    """What a test's program works with."""

    provider: kubernetes.Provider
    teams: dict[str, Team] = field(default_factory=dict)

    def register(
        self, *objects: Manifest, team: str = "fraud", origin: str | None = None, **more: Any
    ) -> Registered:
        """Register objects beneath a team's component."""
        if team not in self.teams:
            self.teams[team] = Team(team, self.provider)
        return register(self.teams[team], objects, origin=origin or f"teams.{team}", **more)


@dataclass(frozen=True)
class Recorded:
    """What a program registered."""

    graph: Graph
    messages: list[str]

    def __getitem__(self, name: str) -> Resource:
        return next(r for r in self.graph.resources.values() if r.name == name)

    def names_before(self, name: str) -> set[str]:
        """What the engine makes before this resource, by logical name."""
        return {self.graph.resources[urn].name for urn in self[name].dependencies}

    def order(self) -> list[str]:
        return [resource.name for resource in self.graph.resources.values()]


def recorded(program: Callable[[Stage], Any]) -> Recorded:
    """Run a program and read what it registered; its exceptions are the test's."""
    messages: list[str] = []
    monitor = RecordingMonitor(stack="dev", project="p", cold=False, references=no_references)

    def main() -> None:
        provider = kubernetes.Provider("cluster", kubeconfig="{}", cluster_identifier="c")
        _kept_with(provider).kubeconfig = pulumi.Output.secret("kubeconfig")
        program(Stage(provider))

    def run() -> None:
        made = Program(directory=Path.cwd(), stack="dev", project="p")
        _configure(made, monitor, RecordingEngine(messages.append))
        with unheard(), frugal(None):
            _execute(main)

    contextvars.copy_context().run(run)
    found = resources(monitor.registered.values(), Path.cwd())
    return Recorded(graph_of(found, stack="dev", mode="warm"), messages)
