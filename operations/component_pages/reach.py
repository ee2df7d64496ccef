"""Who reaches a part, whom it reaches, and under which names teams know it."""

from collections.abc import Iterable, Iterator, Mapping

from assurance.graph.values import Endpoint, Outside, Port, Protocol
from components.parts import Part
from components.parts.ports import node_ports
from operations.component_pages.described import Described, own_objects
from operations.component_pages.tables import Row

_OUTSIDE: Mapping[str, str] = {
    Outside.API_SERVER: "the Kubernetes API server",
    Outside.NODES: "the nodes",
    Outside.INTERNET: "the internet",
}


def ways(part: Part) -> Iterator[Row]:
    """From, to, ports: everything that is open beyond a namespace of its own."""
    for place in part.namespaces:
        for entry in place.entries:
            yield _named(entry.source), f"{place.name}: {entry.name}", _ports(entry.ports)
        for client in place.clients:
            for need in client.needs:
                yield f"{place.name}: {client.name}", _named(need.to), _ports(need.ports)
    for caller in part.callers:
        ports = "the port that it names"
        yield (
            f"{caller.namespace}: {caller.name}, as teams know it",
            "workloads of teams that ask for it",
            ports,
        )


def offered(own: Part, stack: Described) -> Iterator[Row]:
    """Name, address, and who needs it."""
    for endpoint in own.endpoints:
        who = ", ".join(_needing(endpoint.name, stack)) or "nobody"
        yield f"`{endpoint.name}`", _address(endpoint), who
    for endpoint in own.scraped:
        yield f"`{endpoint.name}`", _address(endpoint), "monitoring alone, every 30 s"


def _needing(endpoint: str, stack: Described) -> Iterator[str]:
    yield from (t for t, demand in sorted(stack.demands.items()) if endpoint in demand.needs)
    for part in stack.parts.values():
        for place in part.namespaces:
            for client in place.clients:
                if any(need.to == endpoint for need in client.needs):
                    yield f"{place.name}: {client.name}"


def on_every_node(part: Part) -> list[int]:
    """Its NodePorts."""
    charts = (
        number
        for release in part.releases
        for service in release.stand_in.services
        for number in service.node_ports.values()
    )
    own = (number for each in own_objects(part) for number in node_ports(each))
    return sorted({*part.node_ports, *charts, *own})


def _named(place: str) -> str:
    return _OUTSIDE.get(place, f"`{place}`")


def _ports(ports: Iterable[Port]) -> str:
    return ", ".join(map(_port, ports)) or "its own"


def _port(port: Port) -> str:
    span = str(port.number) if port.end is None else f"{port.number} to {port.end}"
    return span if port.protocol is Protocol.TCP else f"{span}/{port.protocol}"


def _address(endpoint: Endpoint) -> str:
    ports = _ports(endpoint.ports)
    if endpoint.host is not None:
        return f"`{endpoint.host}`, port {ports}"
    labels = ", ".join(f"{name}={value}" for name, value in sorted(endpoint.labels.items()))
    return f"pods of {endpoint.namespace} with {labels}, port {ports}"
