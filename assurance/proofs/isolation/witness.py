"""How a connection is shown: both ends, one port, and the policies at each end."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.graph.resource import Origin
from assurance.proofs.findings import tells
from assurance.proofs.network.model import Network
from assurance.proofs.network.policies import Policy
from assurance.proofs.network.spans import Spans, one_of, show_ports

PROOF = "isolation"
UNPOLICED = "no policy acts here: everything is open"
finding = tells(PROOF)


def connection(network: Network, source: int, target: int, ports: Spans) -> dict[str, Any]:
    """A connection that is open, and what opens it."""
    protocol, port, _ = ports[0]
    one = ((protocol, port, port),)
    return {
        "source": str(network.pod(source)),
        "target": str(network.pod(target)),
        "protocol": protocol,
        "port": port,
        "ports": show_ports(ports),
        "egress": _ways(network, "egress", source, target, one),
        "ingress": _ways(network, "ingress", target, source, one),
    }


def address_connection(
    network: Network, source: int, where: Spans, ports: Spans, allowing: Iterable[Policy]
) -> dict[str, Any]:
    """A connection to an address that is open, and what opens it."""
    protocol, port, _ = ports[0]
    return {
        "source": str(network.pod(source)),
        "target": one_of(where),
        "protocol": protocol,
        "port": port,
        "ports": show_ports(ports),
        "egress": [str(policy) for policy in allowing] or [UNPOLICED],
    }


def opened_by(network: Network, source: int, target: int, ports: Spans) -> Origin:
    """Where the wider of both ends was asked for: the first policy, or else the pods themselves."""
    for way, here, there in (("egress", source, target), ("ingress", target, source)):
        for policy in network.because(way, here, there, ports):
            return policy.origin
    return network.pod(source).origin


def why(witness: Mapping[str, Any]) -> str:
    """What opens a connection, in words."""
    ends = [f"{way}: {', '.join(witness[way])}" for way in ("egress", "ingress") if way in witness]
    return "; ".join(ends)


def assumptions(network: Network, *classes: int) -> tuple[str, ...]:
    """What one has to believe about these pods."""
    return tuple(sorted({a for n in classes if (a := network.pod(n).assumes) is not None}))


def _ways(network: Network, way: str, here: int, there: int, ports: Spans) -> list[str]:
    if not network.acting(way, here):
        return [UNPOLICED]
    return [str(policy) for policy in network.because(way, here, there, ports)]
