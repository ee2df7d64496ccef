"""Start, stop and remove a sandbox."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from operations.errors import UserError
from operations.filelock import exclusive
from operations.progress import Step, Steps
from operations.sandbox import credentials, objects, processes
from operations.sandbox.api import Api, ApiError, Health, identity
from operations.sandbox.control_plane import API_SERVER, ETCD, KWOK, TOOLS, program
from operations.sandbox.layout import Layout
from operations.sandbox.record import Record, identified, opened, port_is_free, read
from operations.sandbox.spec import SandboxSpec
from operations.sandbox.status import api_health

_API_PATIENCE = 90.0
_NODES_PATIENCE = 90.0
_STOP_PATIENCE = {API_SERVER: 1.0}
_USUAL_STOP_PATIENCE = 5.0
"""An API server waits a minute for its clients' watches; all that it knows is in etcd."""
_POLL = 0.05
_ANSWERS = {Health.HEALTHY, Health.ANOTHER}
"""Our API server is up; whether its data are the right ones is asked right afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    """A running sandbox."""

    directory: Path
    kubeconfig: Path
    context: str
    server: str
    uid: str
    """Of the namespace kube-system."""


def start(directory: Path, spec: SandboxSpec, tools: Mapping[str, Path], steps: Steps) -> Sandbox:
    """Make the sandbox run as the spec says: start it, mend it, or find that all is well.

    Servers that died are started again on the same data and port; nodes and storage class follow
    the spec. Safe to interrupt and to repeat.
    """
    layout = Layout(directory=directory)
    with exclusive(layout.lock, lambda holder: steps.note(f"waiting for {holder}")):
        layout.create()
        record = opened(layout, spec)
        try:
            if _needs_start(layout, record):
                _start_servers(layout, record, tools, steps)
            record = _settle(layout, record, spec, steps)
        except (ApiError, OSError, HTTPException) as error:
            message = f"the sandbox's API server: {error}; see {layout.log(API_SERVER)}"
            raise UserError(message) from error
        return _sandbox(layout, record)


def stop(directory: Path, steps: Steps) -> bool:
    """End every server, and keep the data; whether any was running."""
    layout = Layout(directory=directory)
    if not directory.exists():
        return False
    with exclusive(layout.lock, lambda holder: steps.note(f"waiting for {holder}")):
        return _stop_servers(layout, steps)


def remove(directory: Path, steps: Steps) -> bool:
    """Stop the sandbox and delete all of it, its stack's state included; whether there was one."""
    layout = Layout(directory=directory)
    if not directory.exists():
        return False
    with exclusive(layout.lock, lambda holder: steps.note(f"waiting for {holder}")):
        if read(layout) is None and any(directory.iterdir()):
            message = f"{directory} is not a sandbox: it has no {layout.record.name}"
            raise UserError(message)
        _stop_servers(layout, steps)
        shutil.rmtree(directory)
        return True


def _needs_start(layout: Layout, record: Record) -> bool:
    """Whether a server is missing or does not answer; a stranger on the port is refused."""
    missing = _missing(layout)
    if missing and API_SERVER not in missing:
        return True
    answer = api_health(layout, record)
    if answer is Health.FOREIGN:
        message = (
            f"something that is not this sandbox answers on its port {record.port}; end that "
            f"process, or `mlp sandbox remove` and start again on another port"
        )
        raise UserError(message)
    return bool(missing) or answer not in _ANSWERS


def _start_servers(layout: Layout, record: Record, tools: Mapping[str, Path], steps: Steps) -> None:
    """Start what is not alive."""
    credentials.write_tokens(layout)

    def begin(*names: str) -> None:
        for name in names:
            if processes.find(layout, name) is None:
                processes.start(layout, program(name, layout, record, tools))

    with steps.step("sandbox: API server") as step:
        _stop_bereaved(layout)
        begin(ETCD)
        if processes.find(layout, API_SERVER) is None and not port_is_free(record.port):
            message = (
                f"port {record.port} of this sandbox is taken by another process; end that "
                f"process, or `mlp sandbox remove` and start again on another port"
            )
            raise UserError(message)
        begin(API_SERVER)
        _wait_for_api(layout, record, step)
        credentials.write_kubeconfigs(layout, record.server, record.name)
    with steps.step("sandbox: controllers"), Api.of(layout, record) as api:
        if processes.find(layout, KWOK) is None:
            objects.forget_leases(api)
        begin(*TOOLS)


def _settle(layout: Layout, record: Record, spec: SandboxSpec, steps: Steps) -> Record:
    """Make sure which cluster this is, and bring what it simulates in line with the spec."""
    with Api.of(layout, record) as api:
        known = identified(layout, record, identity(api))
        if objects.reconcile(api, spec) or not objects.works(api):
            with steps.step("sandbox: nodes") as step:
                _wait_for_nodes(api, layout, step)
    return known


def _missing(layout: Layout) -> frozenset[str]:
    return frozenset(name for name in TOOLS if processes.find(layout, name) is None)


def _stop_bereaved(layout: Layout) -> None:
    """End the servers whose own server has died: they would take half a minute to come back.

    All of them need the API server, which needs etcd; without it, it ignores a request to end.
    """
    missing = _missing(layout)
    lost = [name for name in (ETCD, API_SERVER) if name in missing]
    if not lost:
        return
    for name in reversed(TOOLS[TOOLS.index(lost[0]) + 1 :]):
        processes.stop(layout, name, patience=0.0)


def _wait_for_api(layout: Layout, record: Record, step: Step) -> None:
    def answers() -> bool:
        _require(layout, ETCD, API_SERVER)
        return api_health(layout, record) in _ANSWERS

    step.detail(f"waiting for {record.server}")
    _wait(
        answers,
        _API_PATIENCE,
        f"the API server is not ready; see {layout.log(API_SERVER)}, or stop and start again",
    )


def _wait_for_nodes(api: Api, layout: Layout, step: Step) -> None:
    def works() -> bool:
        _require(layout, *TOOLS)
        try:
            return objects.works(api)
        except (OSError, ApiError, HTTPException):
            return False

    step.detail("waiting until all are ready")
    _wait(works, _NODES_PATIENCE, f"the nodes are not ready; see {layout.log(KWOK)}")


def _wait(condition: Callable[[], bool], patience: float, message: str) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            text = f"after {patience:.0f} s {message}"
            raise UserError(text)
        time.sleep(_POLL)


def _require(layout: Layout, *names: str) -> None:
    """Give up at once when a server that is needed has ended."""
    for name in names:
        if processes.find(layout, name) is None:
            message = (
                f"{name} has ended; the last lines of {layout.log(name)}:\n"
                f"{processes.tail(layout, name)}"
            )
            raise UserError(message)


def _stop_servers(layout: Layout, steps: Steps) -> bool:
    if all(processes.find(layout, name) is None for name in TOOLS):
        return False
    with steps.step("sandbox: stop") as step:
        for name in reversed(TOOLS):
            step.detail(name)
            processes.stop(layout, name, _STOP_PATIENCE.get(name, _USUAL_STOP_PATIENCE))
    return True


def _sandbox(layout: Layout, record: Record) -> Sandbox:
    return Sandbox(
        directory=layout.directory,
        kubeconfig=layout.kubeconfig,
        context=record.name,
        server=record.server,
        uid=record.uid or "",
    )
