"""Small programs of the tests' own, run by the real engine against the sandbox."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import automation
from pulumi.automation.errors import CommandError

from operations.engine.environment import hermetic
from operations.engine.program import forget_ended_programs
from operations.engine.workspace import PLUGIN, Workspace, install_plugin
from operations.progress import Steps
from operations.sandbox import Sandbox
from operations.toolchain import ENGINE, ensure, version

ROOT = Path(__file__).parents[2]


@dataclass(kw_only=True, slots=True)
class Programs:
    """A stack whose program the test changes between runs."""

    sandbox: Sandbox
    tools: Mapping[str, Path]
    directory: Path
    program: Callable[[kubernetes.Provider], None] = lambda _: None
    policies: tuple[str, ...] = ()
    _stack: automation.Stack | None = None

    def preview(self, **options: Any) -> str:
        """What the engine says."""
        return self.stack.preview(**self._packs(), **options).stdout

    def up(self, **options: Any) -> str:
        """What the engine says."""
        return self.stack.up(**self._packs(), **options).stdout

    def destroy(self) -> str:
        """What the engine says."""
        return self.stack.destroy().stdout

    def failing(self, operation: Callable[..., str], **options: Any) -> str:
        """What the engine says when it fails; it has to."""
        try:
            said = operation(**options)
        except CommandError as error:
            return str(error)
        message = f"it did not fail: {said}"
        raise AssertionError(message)

    @property
    def stack(self) -> automation.Stack:
        """The stack, made when first needed."""
        if self._stack is None:
            self._stack = self._make()
        return self._stack

    def _packs(self) -> dict[str, Any]:
        return {"policy_packs": list(self.policies)} if self.policies else {}

    def _make(self) -> automation.Stack:
        place = Workspace(directory=self.directory)
        place.create(self.sandbox.uid)
        install_plugin(place.home, self.tools[PLUGIN], version(PLUGIN))
        seat = place.seat(self.sandbox.kubeconfig, own_key=True)
        options = automation.LocalWorkspaceOptions(
            work_dir=str(place.work),
            pulumi_home=str(place.home),
            env_vars=hermetic(os.environ, ROOT, sys.executable, seat),
            pulumi_command=_command(self.tools["pulumi"], place.directory),
        )
        return automation.create_or_select_stack(
            "e2e", project_name="ml-platform", program=self._run, opts=options
        )

    def _run(self) -> None:
        forget_ended_programs()
        provider = kubernetes.Provider(
            "cluster",
            kubeconfig=pulumi.Output.secret(self.sandbox.kubeconfig.read_text("utf-8")),
            cluster_identifier="e2e",
            opts=pulumi.ResourceOptions(version=version(PLUGIN)),
        )
        self.program(provider)


def _command(binary: Path, directory: Path) -> automation.PulumiCommand:
    """The Automation API wants an installation: a directory with `bin/pulumi`."""
    (directory / "bin").mkdir()
    (directory / "bin" / "pulumi").symlink_to(binary)
    return automation.PulumiCommand(root=str(directory), skip_version_check=True)


@contextmanager
def opened(sandbox: Sandbox, directory: Path) -> Iterator[Programs]:
    """A stack of its own; whatever is left of it is destroyed."""
    with Steps() as steps:
        tools = ensure(ENGINE, steps)
    made = Programs(sandbox=sandbox, tools=tools, directory=directory / "engine")
    try:
        yield made
    finally:
        made.destroy()
