"""Amounts of resources by name, as the API server reckons with them: exact, in thousandths."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, NoReturn

from assurance.graph.resource import Marker, Secret
from assurance.graph.values import QuantityError, format_bytes, format_millicores, quantity

Amounts = Mapping[str, Decimal]
NONE: Amounts = {}

_MILLI = Decimal("0.001")
_DIGITS = 400
"""Beyond it, no rounding: nothing that large has thousandths."""


class UnreadableError(ValueError):
    """Something that decides, and that nobody can know yet; the message names it."""

    def __init__(self, place: str, why: str = "is not known") -> None:
        super().__init__(f"{place} {why}")


def give_up(place: str, why: str = "is not known") -> NoReturn:
    """Say what it is that decides and cannot be read."""
    raise UnreadableError(place, why)


def plain(value: Any, place: str) -> Any:
    """A value that is known, or None where there is none; a secret one is not for showing."""
    if isinstance(value, Marker):
        raise UnreadableError(place)
    if isinstance(value, Secret):
        give_up(place, "is secret")
    return value


def mapping(value: Any, place: str) -> Mapping[str, Any]:
    """A mapping that is known; empty where there is none."""
    found = plain(value, place)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise UnreadableError(place, "is no mapping")
    return found


def items(value: Any, place: str) -> list[Mapping[str, Any]]:
    """A list of mappings that is known; empty where there is none."""
    found = plain(value, place)
    if found is None:
        return []
    if not isinstance(found, list | tuple):
        raise UnreadableError(place, "is no list")
    for index, item in enumerate(found):
        if plain(item, f"{place}[{index}]") is None:
            give_up(f"{place}[{index}]", "is empty")
    return [mapping(item, f"{place}[{index}]") for index, item in enumerate(found)]


def text(value: Any, place: str) -> str | None:
    """A text that is known, or None where there is none."""
    found = plain(value, place)
    if found is None or isinstance(found, str):
        return found
    raise UnreadableError(place, "is no text")


def amounts(value: Any, place: str) -> dict[str, Decimal]:
    """A list of resources, as in `resources.requests`."""
    return {name: _amount(each, f"{place}.{name}") for name, each in mapping(value, place).items()}


def _amount(value: Any, place: str) -> Decimal:
    found = plain(value, place)
    if found is None:
        return Decimal(0)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise UnreadableError(place, "is no quantity")
    try:
        return quantity(found)
    except QuantityError as error:
        raise UnreadableError(place, f"is no quantity: {error}") from None


def rounded(given: Amounts) -> dict[str, Decimal]:
    """Up to thousandths, as the API server stores them."""
    return {name: _rounded(value) for name, value in given.items()}


def _rounded(value: Decimal) -> Decimal:
    if value.adjusted() > _DIGITS or value == value.to_integral_value():
        return value
    return value.quantize(_MILLI, rounding=ROUND_CEILING)


def whole(value: Decimal) -> Decimal:
    """Up to a whole number."""
    return value.to_integral_value(rounding=ROUND_CEILING)


def plus(*parts: Amounts) -> dict[str, Decimal]:
    """The sum, resource by resource."""
    total: dict[str, Decimal] = {}
    for part in parts:
        for name, value in part.items():
            total[name] = total.get(name, Decimal(0)) + value
    return total


def at_least(one: Amounts, other: Amounts) -> dict[str, Decimal]:
    """The greater of both, resource by resource."""
    found = dict(one)
    for name, value in other.items():
        found[name] = max(value, found.get(name, value))
    return found


def only(given: Amounts, names: Iterable[str]) -> dict[str, Decimal]:
    """Some of the resources."""
    wanted = set(names)
    return {name: value for name, value in given.items() if name in wanted}


def spelled(name: str, value: Decimal) -> str:
    """An amount of a resource, in the shortest usual spelling."""
    if value != value.to_integral_value():
        milli = value * 1000
        return f"{milli.normalize():f}m" if milli == milli.to_integral_value() else f"{value:f}"
    if name.endswith("cpu"):
        return format_millicores(int(value) * 1000)
    if any(word in name for word in ("memory", "storage", "hugepages")):
        return format_bytes(int(value))
    return f"{value:f}".partition(".")[0]


def listed(given: Amounts) -> str:
    """Several amounts: `cpu 250m, memory 1Gi`."""
    return ", ".join(f"{name} {spelled(name, value)}" for name, value in sorted(given.items()))


def written(given: Amounts) -> dict[str, str]:
    """Several amounts, as a manifest would spell them."""
    return {name: spelled(name, value) for name, value in sorted(given.items())}
