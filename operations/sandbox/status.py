"""How a sandbox is, asked from outside; changes nothing."""

import ssl
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from operations.sandbox import objects, processes
from operations.sandbox.api import Api, ApiError, Health, health, identity
from operations.sandbox.control_plane import API_SERVER, TOOLS
from operations.sandbox.layout import Layout
from operations.sandbox.record import Record, read


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerStatus:
    """One server of the control plane."""

    name: str
    pid: int | None
    """None: not running."""
    memory: int | None
    """Resident bytes."""
    log: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Everything that can be told about a sandbox."""

    directory: Path
    name: str
    server: str
    port: int
    created: str
    version: str
    uid: str | None
    api: Health
    servers: tuple[ServerStatus, ...]
    nodes_ready: int
    nodes: int

    @property
    def running(self) -> bool:
        """Every server is alive, and the API is ours and healthy."""
        return self.api is Health.HEALTHY and not self.missing

    @property
    def stopped(self) -> bool:
        """No server is alive."""
        return len(self.missing) == len(self.servers)

    @property
    def missing(self) -> tuple[str, ...]:
        """The servers that are not alive."""
        return tuple(server.name for server in self.servers if server.pid is None)


def status(directory: Path) -> Status | None:
    """Look at a sandbox; None where there is none."""
    layout = Layout(directory=directory)
    record = read(layout)
    if record is None:
        return None
    servers = tuple(_server(layout, name) for name in TOOLS)
    answer = api_health(layout, record)
    ready, total = _nodes(layout, record) if answer is Health.HEALTHY else (0, 0)
    return Status(
        directory=directory,
        name=record.name,
        server=record.server,
        port=record.port,
        created=record.created,
        version=record.version,
        uid=record.uid,
        api=answer,
        servers=servers,
        nodes_ready=ready,
        nodes=total,
    )


def same_cluster(directory: Path) -> bool:
    """Whether the cluster that answers is the one that this sandbox was made as.

    Only then may a stack's state that lies beside it be believed.
    """
    layout = Layout(directory=directory)
    record = read(layout)
    if record is None or record.uid is None or not layout.certificate.exists():
        return False
    try:
        with Api.of(layout, record) as api:
            return identity(api) == record.uid
    except (OSError, ssl.SSLError, ApiError, HTTPException):
        return False


def api_health(layout: Layout, record: Record) -> Health:
    """What answers on the port; nothing there can be ours while our API server is not running."""
    answer = health(layout, record)
    if answer is Health.SILENT or processes.find(layout, API_SERVER) is not None:
        return answer
    return Health.FOREIGN


def _server(layout: Layout, name: str) -> ServerStatus:
    process = processes.find(layout, name)
    return ServerStatus(
        name=name,
        pid=None if process is None else process.pid,
        memory=None if process is None else processes.memory(process),
        log=layout.log(name),
    )


def _nodes(layout: Layout, record: Record) -> tuple[int, int]:
    try:
        with Api.of(layout, record) as api:
            return objects.nodes_ready(api)
    except (OSError, ApiError, HTTPException):
        return 0, 0
