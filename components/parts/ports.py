"""NodePorts belong to the whole cluster: no two Services may ask for one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.config.faults import Fault
from components.manifests import Manifest


def node_ports(manifest: Manifest) -> Iterator[int]:
    """Those that a Service asks for."""
    if manifest["kind"] != "Service":
        return
    for port in manifest["spec"].get("ports") or ():
        if "nodePort" in port:
            yield port["nodePort"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One NodePort that somebody asks for."""

    port: int
    by: str
    """`Service gateway/gateway-proxy`, or the section whose operator makes the Service."""
    key: str
    """The stack file's, which asks for it."""


def wanted_by(key: str, services: Iterable[Manifest]) -> Iterator[Wanted]:
    """Those of some Services, asked for by one key."""
    for manifest in services:
        metadata = manifest["metadata"]
        for port in node_ports(manifest):
            name = f"Service {metadata['namespace']}/{metadata['name']}"
            yield Wanted(port=port, by=name, key=key)


def clashes(wanted: Iterable[Wanted]) -> list[Fault]:
    """Every NodePort that two ask for."""
    owners: dict[int, Wanted] = {}
    found = []
    for each in wanted:
        other = owners.setdefault(each.port, each)
        if other != each:
            message = f"{each.by} wants NodePort {each.port}, which {other.by} of {other.key} has"
            found.append(Fault(file="", line=None, key=each.key, message=message))
    return found
