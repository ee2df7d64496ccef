"""Sets of small numbers as the bits of one integer: a thousand at a time."""

from collections.abc import Iterable, Iterator

Bits = int


def bits(numbers: Iterable[int]) -> Bits:
    """The set of these numbers."""
    found = 0
    for number in numbers:
        found |= 1 << number
    return found


def members(given: Bits) -> Iterator[int]:
    """The numbers in a set, in order."""
    while given:
        low = given & -given
        yield low.bit_length() - 1
        given ^= low
