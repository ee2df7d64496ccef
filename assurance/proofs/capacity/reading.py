"""Parts of a manifest, or the error that says which part nobody can read."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from assurance.graph.resource import Marker, Secret


class UnreadableError(ValueError):
    """Something that is not known yet, or that the API server would refuse."""


def unreadable(where: str) -> UnreadableError:
    """The error about a place in a manifest."""
    return UnreadableError(f"{where} is not known")


def known(stated: Any, where: str) -> None:
    """Raise if any part of it is not known."""
    if isinstance(stated, Marker | Secret):
        raise unreadable(where)
    if isinstance(stated, Mapping):
        for key, value in stated.items():
            known(value, f"{where}.{key}")
    elif isinstance(stated, list | tuple):
        for number, value in enumerate(stated):
            known(value, f"{where}[{number}]")


def mapping(stated: Any, where: str) -> Mapping[str, Any]:
    """A mapping; empty if nothing is said."""
    if stated is None:
        return {}
    if not isinstance(stated, Mapping):
        raise unreadable(where)
    return stated


def mappings(stated: Any, where: str) -> Sequence[Mapping[str, Any]]:
    """A list of mappings; empty if nothing is said."""
    if stated is None:
        return ()
    if not isinstance(stated, list | tuple):
        raise unreadable(where)
    for number, one in enumerate(stated):
        if not isinstance(one, Mapping):
            where = f"{where}[{number}]"
            raise unreadable(where)
    return stated


def texts(stated: Any, where: str) -> Sequence[str]:
    """A list of texts; empty if nothing is said."""
    if stated is None:
        return ()
    if not isinstance(stated, list | tuple) or not all(isinstance(one, str) for one in stated):
        raise unreadable(where)
    return stated


def text(stated: Any, where: str) -> str:
    """A text that must be there."""
    if not isinstance(stated, str):
        raise unreadable(where)
    return stated


def whole(stated: Any, where: str) -> int:
    """A whole number that must be there."""
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not isfinite(stated):
        raise unreadable(where)
    return int(stated)
