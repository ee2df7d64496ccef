"""True, false or unknown, the latter two with the places that make it so."""

from collections.abc import Iterable
from typing import Final

Place = tuple[str | int, ...]

Truth = tuple[bool | None, tuple[Place, ...]]
"""A value in Kleene's logic, None where it depends on what is not known; and where to look."""

TRUE: Final[Truth] = (True, ())


def every(parts: Iterable[Truth]) -> Truth:
    """False if one is, else unknown if one is."""
    rest = [part for part in parts if part[0] is not True]
    if not rest:
        return TRUE
    return _together(rest, value=False if any(part[0] is False for part in rest) else None)


def some(parts: Iterable[Truth]) -> Truth:
    """True if one is, else unknown if one is."""
    seen = []
    for part in parts:
        if part[0] is True:
            return TRUE
        seen.append(part)
    return _together(seen, value=None if any(part[0] is None for part in seen) else False)


def _together(parts: Iterable[Truth], *, value: bool | None) -> Truth:
    places = (place for part in parts if part[0] is value for place in part[1])
    return value, tuple(dict.fromkeys(places))
