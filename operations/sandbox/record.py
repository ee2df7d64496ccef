"""What a sandbox chose when it was made and keeps until it is removed. Nothing in it is secret."""

import hashlib
import json
import socket
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from operations.errors import UserError
from operations.sandbox.layout import Layout, write_private
from operations.sandbox.spec import SandboxSpec

HOST = "127.0.0.1"
_PORTS = range(16384, 30000)
"""Below the ranges from which systems take ports for outgoing connections."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The fixed facts of one sandbox."""

    name: str
    port: int
    created: str
    """Point in time, UTC, ISO 8601."""
    version: str
    pods: str
    services: str
    uid: str | None = None
    """Of the namespace kube-system, once the API has answered: the cluster's identity."""

    @property
    def server(self) -> str:
        """Where the API answers."""
        return f"https://{HOST}:{self.port}"


def read(layout: Layout) -> Record | None:
    """The record of an existing sandbox."""
    try:
        text = layout.record.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return Record(**json.loads(text))
    except (ValueError, TypeError) as error:
        message = f"{layout.record} cannot be read; remove the sandbox and start again"
        raise UserError(message) from error


def write(layout: Layout, record: Record) -> None:
    """Keep the record."""
    write_private(layout.record, json.dumps(asdict(record), indent=2) + "\n")


def identified(layout: Layout, record: Record, uid: str) -> Record:
    """Remember which cluster this is; another one under the same record is refused."""
    if record.uid == uid:
        return record
    if record.uid is not None:
        message = (
            f"the sandbox in {layout.directory} has lost its data: it was cluster {record.uid} "
            f"and is now {uid}, so its stack's state is void; `mlp sandbox remove` and start again"
        )
        raise UserError(message)
    known = replace(record, uid=uid)
    write(layout, known)
    return known


def opened(layout: Layout, spec: SandboxSpec) -> Record:
    """The sandbox's record, made if there is none yet; refused where it contradicts the spec."""
    record = read(layout)
    if record is None:
        record = Record(
            name=spec.name,
            port=_free_port(layout.directory),
            created=datetime.now(tz=UTC).isoformat(timespec="seconds"),
            version=spec.version,
            pods=str(spec.pods),
            services=str(spec.services),
        )
        write(layout, record)
        return record
    for key in ("name", "version", "pods", "services"):
        before, now = getattr(record, key), str(getattr(spec, key))
        if before != now:
            message = (
                f"the sandbox in {layout.directory} was made with {key} {before}, the stack now "
                f"says {now}; that cannot change under it: `mlp sandbox remove` and start again"
            )
            raise UserError(message)
    return record


def port_is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_port(directory: Path) -> int:
    """A port that this directory gets again when it can, and its neighbour does not."""
    digest = hashlib.sha256(str(directory.resolve()).encode()).digest()
    begin = int.from_bytes(digest[:4])
    for offset in range(len(_PORTS)):
        port = _PORTS[(begin + offset) % len(_PORTS)]
        if port_is_free(port):
            return port
    message = f"no port between {_PORTS.start} and {_PORTS.stop} is free on {HOST}"
    raise UserError(message)
