"""Ranges of addresses: of one family, apart from each other, large enough, cut to measure."""

from collections.abc import Collection, Mapping
from ipaddress import IPv4Network
from itertools import combinations, islice

from assurance.graph.values import Network
from providers.config.section import MisfitError


def ipv4(network: Network, *at: str | int) -> IPv4Network:
    """The range, if it is of IPv4."""
    if isinstance(network, IPv4Network):
        return network
    message = f"expected a range of IPv4 addresses, got {network}"
    raise MisfitError(message, *at)


def keep_apart(named: Mapping[str, Network], stated: Collection[str]) -> None:
    """Refuse two ranges that meet, at the one that somebody has stated."""
    for other, key in combinations(named, 2):
        if named[key].overlaps(named[other]):
            at, beside = (key, other) if key in stated else (other, key)
            message = f"expected a range apart from {beside} ({named[beside]}), got {named[at]}"
            raise MisfitError(message, at)


def keep_size(network: Network, largest: int, smallest: int, *at: str | int) -> None:
    """Refuse a range that the cloud would find too large or too small."""
    if not largest <= network.prefixlen <= smallest:
        message = f"expected a range from /{largest} to /{smallest}, got {network}"
        raise MisfitError(message, *at)


def piece(network: IPv4Network, prefix: int, number: int) -> IPv4Network:
    """The piece of that size at that place; where it is depends on nothing else."""
    return next(islice(network.subnets(new_prefix=prefix), number, None))
