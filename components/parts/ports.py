"""NodePorts belong to the whole cluster: no two Services may ask for one."""

from collections.abc import Iterable, Iterator

from components.config.faults import Fault
from components.manifests import Manifest


def node_ports(manifest: Manifest) -> Iterator[int]:
    """Those that a Service asks for."""
    if manifest["kind"] != "Service":
        return
    for port in manifest["spec"].get("ports") or ():
        if "nodePort" in port:
            yield port["nodePort"]


def clashes(services: Iterable[tuple[str, Manifest]]) -> list[Fault]:
    """Every NodePort that two Services ask for; the Services by the key that asks for them."""
    owners: dict[int, str] = {}
    found = []
    for key, manifest in services:
        name = f"Service {manifest['metadata']['namespace']}/{manifest['metadata']['name']}"
        for port in node_ports(manifest):
            other = owners.setdefault(port, f"{name} of {key}")
            if other != f"{name} of {key}":
                message = f"{name} wants NodePort {port}, which {other} has"
                found.append(Fault(file="", line=None, key=key, message=message))
    return found
