"""True, false or unknown, each with the places that make it so."""

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """A value in Kleene's logic."""

    value: bool | None
    """None: it depends on what is not known."""
    places: tuple[Place, ...] = ()
    """Where to look for why."""


def every(parts: Iterable[Truth]) -> Truth:
    """False if one is, else unknown if one is."""
    return _combined(parts, decisive=False)


def some(parts: Iterable[Truth]) -> Truth:
    """True if one is, else unknown if one is."""
    return _combined(parts, decisive=True)


def contrary(truth: Truth) -> Truth:
    """Unknown stays unknown."""
    return Truth(None if truth.value is None else not truth.value, truth.places)


def _combined(parts: Iterable[Truth], *, decisive: bool) -> Truth:
    found = list(parts)
    values = {part.value for part in found}
    value = decisive if decisive in values else None if None in values else not decisive
    places = (place for part in found if part.value is value for place in part.places)
    return Truth(value, tuple(dict.fromkeys(places)))


def spelled(place: Place) -> str:
    """As people write it: `spec.containers[0].image`, `metadata.labels["ml-platform/team"]`."""
    words = ""
    for step in place:
        if isinstance(step, int):
            words += f"[{step}]"
        elif step.replace("_", "a").isalnum():
            words += f".{step}" if words else step
        else:
            words += f'["{step}"]'
    return words or "the object"
