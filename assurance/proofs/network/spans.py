"""Exact sets of ports and of addresses: sorted, disjoint ranges, each of one kind."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Span = tuple[str, int, int]
"""A kind (`TCP`, or `IPv4`), and the first and the last number."""
Spans = tuple[Span, ...]
"""Equal sets are equal tuples."""
NOTHING: Spans = ()

Network = IPv4Network | IPv6Network
_CACHED = 1 << 14


def spans(items: Iterable[Span]) -> Spans:
    """The set that these ranges cover."""
    merged: list[Span] = []
    for kind, low, high in sorted(items):
        if low > high:
            continue
        if merged and merged[-1][0] == kind and low <= merged[-1][2] + 1:
            merged[-1] = (kind, merged[-1][1], max(high, merged[-1][2]))
        else:
            merged.append((kind, low, high))
    return tuple(merged)


@lru_cache(_CACHED)
def union(one: Spans, other: Spans) -> Spans:
    """What is in either."""
    if not one or not other:
        return one or other
    return spans((*one, *other))


@lru_cache(_CACHED)
def common(one: Spans, other: Spans) -> Spans:
    """What is in both."""
    return spans(
        (kind, max(low, first), min(high, last))
        for kind, low, high in one
        for same, first, last in other
        if kind == same
    )


@lru_cache(_CACHED)
def minus(one: Spans, other: Spans) -> Spans:
    """What is in the first only."""
    left: list[Span] = []
    for kind, low, high in one:
        start = low
        for same, first, last in other:
            if kind != same or last < start or first > high:
                continue
            if first > start:
                left.append((kind, start, first - 1))
            start = last + 1
        left.append((kind, start, high))
    return spans(left)


EVERY_PORT: Spans = spans((protocol, 1, 65535) for protocol in ("TCP", "UDP", "SCTP"))
EVERY_ADDRESS: Spans = (("IPv4", 0, 2**32 - 1), ("IPv6", 0, 2**128 - 1))
_NOBODYS: Spans = (("IPv4", 0, 2**24 - 1), ("IPv6", 0, 1))
"""`0.0.0.0/8`, and the unspecified and the loopback address."""


def addresses(networks: Iterable[Network]) -> Spans:
    """The addresses of networks."""
    return spans(
        (f"IPv{n.version}", int(n.network_address), int(n.broadcast_address)) for n in networks
    )


def show_ports(ports: Spans) -> str:
    """As people write them: `TCP 443, TCP 8000-8999`."""
    if ports == EVERY_PORT:
        return "every port"
    words = []
    for protocol, low, high in ports:
        whole = (low, high) == (1, 65535)
        number = "all" if whole else str(low) if low == high else f"{low}-{high}"
        words.append(f"{protocol} {number}")
    return ", ".join(words) or "no port"


def show_address(span: Span) -> str:
    """The first address of a range, as a witness."""
    kind, low, _ = span
    return str(IPv4Address(low) if kind == "IPv4" else IPv6Address(low))


def one_of(given: Spans) -> str:
    """An address among them, as a witness: one that somebody can have, if there is any."""
    usable = minus(given, _NOBODYS) or given
    return show_address(usable[0])


def show_addresses(given: Spans) -> str:
    """Ranges by their ends."""
    return ", ".join(
        show_address((kind, low, high))
        if low == high
        else f"{show_address((kind, low, high))}-{show_address((kind, high, high))}"
        for kind, low, high in given
    )
