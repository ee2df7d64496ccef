"""A stack that is ready for the engine: its file read, its tools at hand, its cluster running."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.charts.source import Source
from components.config import PlatformConfig, StackFile, read_stack_file
from components.config.today import run_day
from components.core import sections_of
from operations import sandbox as sandboxes
from operations.engine import environment
from operations.engine.charts import prepare
from operations.engine.sealing import hand_over, sealed_by_a_person
from operations.engine.workspace import PLUGIN, Workspace, install_plugin
from operations.errors import UserError
from operations.laptop import require
from operations.progress import Steps
from operations.stacks import stack_path
from operations.toolchain import CHARTS, CONTROL_PLANE, ENGINE, ensure, put_in_reach, version
from operations.venv import CLONE
from providers.config import ClusterConfig, ExistingConfig, KindConfig, PlatformReference


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Everything that a run of the engine needs to know."""

    stack: str
    file: StackFile
    cluster: ClusterConfig | PlatformReference
    """Of this stack, or of the one whose platform it uses."""
    project: Path
    """Where `__main__.py` and the stack files are."""
    tools: Mapping[str, Path]
    environment: Mapping[str, str]
    work: Path
    """Where the engine runs."""
    sandbox: sandboxes.Sandbox | None = None
    workspace: Workspace | None = None
    """The engine's part of the sandbox's directory."""
    plugin: str | None = None
    """The version of the Kubernetes provider plugin to ask for; None: the SDK's own."""


def owner(file: StackFile, through: tuple[str, ...] = ()) -> StackFile:
    """The stack file that describes the cluster: this one, or the one that it refers to."""
    names = (*through, file.name)
    if file.name in through:
        message = f"stacks refer to each other in a circle: {' → '.join(names)}"
        raise UserError(message)
    platform = file.stack.platform
    if isinstance(platform, PlatformConfig):
        return file
    path = stack_path(file.path.parent, platform.from_stack)
    return owner(read_stack_file(path, run_day()), names)


def never_was(project: Path, stack: str) -> bool:
    """Whether a stack is a sandbox's of which nothing is there, or nothing any more."""
    described = owner(read_stack_file(stack_path(project, stack), run_day()))
    cluster = described.stack.cluster
    simulated = isinstance(cluster, ExistingConfig) and cluster.simulated
    return simulated and not sandboxes.exists(sandboxes.home(project) / described.name)


def open_target(project: Path, stack: str, steps: Steps) -> Target:
    """Make a stack ready; a sandbox is started if its stack asks for one."""
    file = read_stack_file(stack_path(project, stack), run_day())
    described = owner(file)
    cluster = described.stack.cluster
    if isinstance(cluster, ExistingConfig) and cluster.simulated:
        return _simulated(file, described, sandboxes.home(project) / described.name, steps)
    return _own(project, file, described, steps)


def _own(project: Path, file: StackFile, described: StackFile, steps: Steps) -> Target:
    """A person's own stack: their backend, login, secrets and kubeconfig."""
    if isinstance(described.stack.cluster, KindConfig):
        require(file.name, described.stack.cluster)
    tools = ensure((*ENGINE, *_for_charts(file)), steps)
    put_in_reach(tools)
    if "helm" in tools:
        prepare(project, file, steps)
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    plugin = version(PLUGIN)
    install_plugin(home, tools[PLUGIN], plugin)
    return Target(
        stack=file.name,
        file=file,
        cluster=described.stack.cluster,
        project=project,
        tools=tools,
        environment=environment.shared(os.environ, CLONE, sys.executable),
        work=project,
        plugin=plugin,
    )


def _simulated(file: StackFile, described: StackFile, directory: Path, steps: Steps) -> Target:
    """A sandbox's stack: everything of its own, beside the sandbox's data."""
    project = file.path.parent
    spec = sandboxes.spec_of(described.name, described.stack.cluster)
    tools = ensure((*ENGINE, *CONTROL_PLANE, *_for_charts(file)), steps)
    put_in_reach(tools)
    if "helm" in tools:
        prepare(project, file, steps)
    sandbox = sandboxes.start(directory, spec, tools, steps)
    workspace = Workspace(directory=directory / "engine")
    if not workspace.belongs_to(sandbox.uid):
        steps.note(f"{directory}: another cluster than the state is about; the state is discarded")
        workspace.discard()
    workspace.create(sandbox.uid)
    workspace.write_project(project)
    plugin = version(PLUGIN)
    install_plugin(workspace.home, tools[PLUGIN], plugin)
    foreign = sealed_by_a_person(file, workspace)
    if foreign and workspace.key.exists():
        own = workspace.seat(sandbox.kubeconfig, own_key=True)
        before = environment.hermetic(os.environ, CLONE, sys.executable, own)
        hand_over(workspace, tools["pulumi"], before, steps.note)
    workspace.write_settings(file.path)
    seat = workspace.seat(sandbox.kubeconfig, own_key=not foreign)
    return Target(
        stack=file.name,
        file=file,
        cluster=described.stack.cluster,
        project=project,
        tools=tools,
        environment=environment.hermetic(os.environ, CLONE, sys.executable, seat),
        work=workspace.work,
        sandbox=sandbox,
        workspace=workspace,
        plugin=plugin,
    )


def _for_charts(file: StackFile) -> tuple[str, ...]:
    """Helm, where a chart is rendered."""
    platform = file.stack.platform
    if not isinstance(platform, PlatformConfig) or platform.charts.source is Source.SIMULATED:
        return ()
    return CHARTS if sections_of(platform) else ()
