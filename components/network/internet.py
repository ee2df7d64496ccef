"""What `internet` means: public addresses, and never this cluster."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any

from assurance.graph.values import Addresses, Network

_PUBLIC_V4 = IPv4Network("0.0.0.0/0")
_PUBLIC_V6 = IPv6Network("2000::/3")
"""All that is handed out as global unicast; NAT64, which embeds private addresses, is outside."""

NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, pods of some clouds, a cloud's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform service: a public number, never the internet
        "169.254.0.0/16",  # link-local, metadata services, node-local resolvers
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, a cloud's metadata service
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # former 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "2001::/23",  # protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: embeds private addresses
        "3fff::/20",  # documentation
    )
)
"""Address ranges that are on nobody's internet (RFC 6890 and its registries)."""


def internet_blocks(addresses: Addresses) -> list[dict[str, Any]]:
    """The `ipBlock`s of everything public; empty where the cluster's own ranges cover it all."""
    inside = [*NOT_PUBLIC, *own_ranges(addresses)]
    return [
        block
        for public in (_PUBLIC_V4, _PUBLIC_V6)
        if (block := without(public, inside)) is not None
    ]


def own_ranges(addresses: Addresses) -> list[Network]:
    """Every range that belongs to the cluster itself."""
    return [*addresses.pods, *addresses.services, *addresses.nodes, *addresses.metadata]


def off_cluster_block(network: Network, addresses: Addresses) -> dict[str, Any]:
    """The `ipBlock` of addresses off the cluster: a wide range never spills over into the cluster.

    A range within one of the cluster's (a database in the nodes' subnet) means what it says.
    """
    inner = (r for r in own_ranges(addresses) if r != network and _contains(network, r))
    return without(network, inner) or {"cidr": str(network)}


def without(network: Network, excepted: Iterable[Network]) -> dict[str, Any] | None:
    """An `ipBlock` of the network less what is excepted; None where nothing is left.

    Kubernetes wants exceptions strictly inside the block, and of its family.
    """
    inside = _collapsed(r for r in excepted if r.version == network.version)
    if any(_contains(outer, network) for outer in inside):
        return None
    exceptions = [str(r) for r in inside if _contains(network, r)]
    return {"cidr": str(network), **({"except": exceptions} if exceptions else {})}


def _collapsed(ranges: Iterable[Network]) -> list[Network]:
    """The same addresses as few ranges, in order; all of one family."""
    given = list(ranges)
    v4 = collapse_addresses(r for r in given if isinstance(r, IPv4Network))
    v6 = collapse_addresses(r for r in given if isinstance(r, IPv6Network))
    return [*v4, *v6]


def _contains(outer: Network, inner: Network) -> bool:
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False
