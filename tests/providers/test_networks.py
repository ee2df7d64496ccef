"""Ranges that a stack file states, held against each other."""

from contextlib import nullcontext
from ipaddress import IPv4Address, IPv4Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as some

from providers.config.networks import ipv4, keep_apart, keep_size, piece
from providers.config.section import MisfitError

RANGES = some.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    some.integers(0, 2**32 - 1),
    some.integers(1, 32),
)


@given(RANGES, RANGES, some.integers(0, 2**32 - 1))
def test_ranges_that_are_let_through_share_no_address(
    one: IPv4Network, other: IPv4Network, number: int
) -> None:
    shared = one[0] in other or other[0] in one
    refusal = pytest.raises(MisfitError) if shared else nullcontext()
    with refusal:
        keep_apart({"one": one, "other": other}, {"one"})
    assert shared or not (IPv4Address(number) in one and IPv4Address(number) in other)


@given(some.integers(0, 2**16 - 1), some.integers(8, 20), some.integers(0, 8), some.data())
def test_pieces_of_one_range_are_in_it_and_apart(
    number: int, prefix: int, cut: int, data: some.DataObject
) -> None:
    whole = IPv4Network((number << 16, prefix), strict=False)
    place = some.integers(0, 2**cut - 1)
    first, second = data.draw(place), data.draw(place)
    one, other = (piece(whole, prefix + cut, place) for place in (first, second))
    assert one.subnet_of(whole)
    assert one.overlaps(other) == (first == second)


def test_a_range_of_the_wrong_size_is_told_with_both_bounds() -> None:
    with pytest.raises(MisfitError, match=r"from /16 to /20, got 10\.0\.0\.0/24") as caught:
        keep_size(ip_network("10.0.0.0/24"), 16, 20, "vpc")
    assert caught.value.at == ("vpc",)
    keep_size(ip_network("10.0.0.0/16"), 16, 20, "vpc")


def test_a_range_of_the_other_family_is_refused() -> None:
    with pytest.raises(MisfitError, match="IPv4"):
        ipv4(ip_network("fd00::/56"), "vpc")
