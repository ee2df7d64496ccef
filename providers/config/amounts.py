"""Amounts as people write them: which are refused, and what was probably meant."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from assurance.graph.values import QuantityError, quantity

_MOST_CORES = 100_000
"""More than any cluster has: `500M` is half a billion cores."""
_MOST_BYTES = 2**63 - 1
"""What Kubernetes itself can count."""
_LEAST_BYTES = 1024
"""`512m` is half a byte."""

_ANY = "a quantity such as 500m, 2 or 8Gi"
_CPU = "CPU such as 500m or 2"
_BYTES = "an amount of bytes such as 512Mi or 8Gi"

_CORES = {
    **dict.fromkeys(("core", "cores", "cpu", "cpus", "vcpu", "vcpus", "c"), ""),
    **dict.fromkeys(("m", "mi", "mc", "millicore", "millicores", "millicpu"), "m"),
}
_SIZES = {
    **{f"{letter}i": f"{letter.upper()}i" for letter in "kmgtpe"},
    **{f"{letter}ib": f"{letter.upper()}i" for letter in "kmgtpe"},
    **{f"{letter}b": f"{letter.upper()}i" for letter in "kmgtpe"},
    **{letter: f"{letter.upper()}i" for letter in "kmgtpe"},
}
_UNITS = {_ANY: {**_SIZES, **_CORES}, _CPU: _CORES, _BYTES: _SIZES}
"""Units as people say them, in lower case, and as Kubernetes does."""


def quantity_text(value: Any) -> str:
    """Any amount."""
    return _checked(value, _ANY, lambda _: None)


def cpu_text(value: Any) -> str:
    """An amount of CPU."""
    return _checked(value, _CPU, _too_many_cores)


def bytes_text(value: Any) -> str:
    """An amount of memory or storage."""
    return _checked(value, _BYTES, _odd_bytes)


def _checked(value: Any, expected: str, sense: Callable[[str], str | None]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        message = f"expected {expected}"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    text = str(value)
    try:
        amount = quantity(text)
    except QuantityError:
        raise ValueError(_message(expected, text, _meant(text, _UNITS[expected]))) from None
    if amount < 0:
        message = f"expected {expected}, not below zero"
        raise ValueError(message)
    if (guess := sense(text)) is not None:
        raise ValueError(_message(expected, text, guess))
    return text


def _message(expected: str, text: str, guess: str | None) -> str:
    hint = f"; did you mean {guess}" if guess else ""
    return f"expected {expected}, got '{text}'{hint}"


def _too_many_cores(text: str) -> str | None:
    if quantity(text) <= _MOST_CORES:
        return None
    return f"{text[:-1]}m" if text[-1] in "Mkn" else "fewer"


def _odd_bytes(text: str) -> str | None:
    amount = quantity(text)
    if amount > _MOST_BYTES:
        return "less"
    if amount >= _LEAST_BYTES or amount == Decimal(0):
        return None
    number = re.sub("[a-zA-Z]+$", "", text)
    return f"{number}Mi" if text.endswith("m") else f"{number}Gi"


def _meant(text: str, units: Mapping[str, str]) -> str | None:
    """The amount without the space, the comma or the B that Kubernetes does not know."""
    match = re.fullmatch(r"\s*([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)\s*([A-Za-z]*)\s*", text)
    if match is None:
        return None
    number, unit = match.group(1).replace(",", "."), match.group(2)
    spelling = unit if unit in (*units.values(), "") else units.get(unit.lower())
    return None if spelling is None else f"{number}{spelling}"
