"""A real control plane with simulated nodes: start, stop, status, remove.

`stop` keeps the data, `remove` deletes everything: data, port, credentials and the stack's state.
Nodes, running containers, volumes and load balancers are simulated; images, probes and network
packets do not exist.
"""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations import sandbox as sandboxes
from operations.duration import duration
from operations.errors import UserError
from operations.progress import Steps
from operations.stacks import project_root, stack_path
from operations.toolchain import CONTROL_PLANE, ensure

EXAMPLE = "mlp sandbox start --stack sandbox"

_MIB = 2**20


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument("action", choices=("start", "stop", "status", "remove"))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--stack", default="sandbox", metavar="S", help="default: sandbox")
    which.add_argument("--all", action="store_true", help="every sandbox of this clone")
    parser.add_argument("--json", action="store_true", help="print the status as JSON")


def run(options: argparse.Namespace) -> int:
    """Do it for one sandbox, or for all."""
    project = project_root()
    if options.action == "start":
        if options.all:
            message = "mlp sandbox start: say which one, with --stack"
            raise UserError(message)
        _start(project, options.stack)
        return 0
    home = sandboxes.home(project)
    directories = sandboxes.all_of(home) if options.all else (home / options.stack,)
    if options.action == "status":
        _print_status(directories, as_json=options.json)
        return 0
    act, done = _ENDINGS[options.action]
    with Steps() as steps:
        for directory in directories:
            print(f"{directory.name}: {done if act(directory, steps) else 'nothing to do'}")
    return 0


_ENDINGS = {
    "stop": (sandboxes.stop, "stopped; its data are kept"),
    "remove": (sandboxes.remove, "removed, with its data and its stack's state"),
}


def _start(project: Path, stack: str) -> None:
    """Start the sandbox that a stack file describes."""
    from components.config import read_stack_file  # noqa: PLC0415 - only start needs it
    from operations.engine.target import owner  # noqa: PLC0415 - only start needs it

    described = owner(read_stack_file(stack_path(project, stack)))
    spec = sandboxes.spec_of(described.name, described.stack.cluster)
    with Steps() as steps:
        tools = ensure(CONTROL_PLANE, steps)
        sandbox = sandboxes.start(sandboxes.home(project) / described.name, spec, tools, steps)
    print(f"{described.name}: running at {sandbox.server}; simulated: nodes, containers, volumes")
    print(f"  {tools['kubectl']} --kubeconfig {sandbox.kubeconfig} get nodes")


def _print_status(directories: tuple[Path, ...], *, as_json: bool) -> None:
    found = {directory.name: sandboxes.status(directory) for directory in directories}
    now = datetime.now(tz=UTC)
    if as_json:
        document = {name: status and _plain(status, now) for name, status in found.items()}
        print(json.dumps(document, indent=2, default=str))
        return
    for name, status in found.items():
        print("\n".join(_lines(name, status, now)))
    if not found:
        print("this clone has no sandbox")


def _plain(status: sandboxes.Status, now: datetime) -> dict[str, Any]:
    return asdict(status) | {"running": status.running, "age_seconds": _age(status, now)}


def _lines(name: str, status: sandboxes.Status | None, now: datetime) -> list[str]:
    if status is None:
        return [f"{name}: there is none; mlp sandbox start --stack {name}"]
    state = "running" if status.running else "stopped" if status.stopped else "incomplete"
    lines = [
        f"{name}: {state}",
        f"  API      {status.server} is {status.api}",
        f"  nodes    {status.nodes_ready} of {status.nodes} ready",
        f"  made     {duration(_age(status, now))} ago, as cluster {status.uid or 'unknown'}",
        f"  files    {status.directory}",
    ]
    for server in status.servers:
        memory = "" if server.memory is None else f", {server.memory // _MIB} MiB"
        process = "not running" if server.pid is None else f"process {server.pid}{memory}"
        lines.append(f"  {server.name:<24} {process}")
    if state == "incomplete":
        lines.append(f"  mend it: mlp sandbox start --stack {name}")
    return lines


def _age(status: sandboxes.Status, now: datetime) -> float:
    return round((now - datetime.fromisoformat(status.created)).total_seconds(), 1)
