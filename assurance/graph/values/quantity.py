"""Kubernetes quantities as exact numbers: `250m`, `1.5Gi`, `1e3`."""

import re
from decimal import Decimal

_FAR = 400
"""Powers of ten beyond any amount, and within what arithmetic bears."""
_FORM = re.compile(
    r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([eE][+-]?[0-9]{1,18})|([numkMGTPE]|[KMGTPE]i))?"
)
_SUFFIXES = {
    "n": Decimal(10) ** -9,
    "u": Decimal(10) ** -6,
    "m": Decimal(10) ** -3,
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
    "P": Decimal(10) ** 15,
    "E": Decimal(10) ** 18,
    "Ki": Decimal(2) ** 10,
    "Mi": Decimal(2) ** 20,
    "Gi": Decimal(2) ** 30,
    "Ti": Decimal(2) ** 40,
    "Pi": Decimal(2) ** 50,
    "Ei": Decimal(2) ** 60,
}
_BINARY = frozenset(suffix for suffix in _SUFFIXES if suffix.endswith("i"))
_MOST = Decimal(2**63 - 1)
"""What Kubernetes makes of more, where the suffix is binary."""


class QuantityError(ValueError):
    """Text that Kubernetes would not read as a quantity."""

    def __init__(self, text: str) -> None:
        super().__init__(f"expected a quantity such as 500m, 2 or 1.5Gi, got {text!r}")


def quantity(text: str | float) -> Decimal:
    """Read a quantity exactly as Kubernetes does; plain numbers are taken as they are."""
    match = _FORM.fullmatch(str(text))
    if match is None:
        raise QuantityError(str(text))
    digits, exponent, suffix = match.groups()
    if exponent is not None:
        power = max(-_FAR, min(_FAR, int(exponent[1:])))
        return Decimal(f"{digits}e{power}")
    value = Decimal(digits) * _SUFFIXES.get(suffix, Decimal(1))
    return max(-_MOST, min(_MOST, value)) if suffix in _BINARY else value


def millicores_of(text: str | float) -> int:
    """CPU in thousandths of a core, rounded up as the scheduler does."""
    return _ceil(quantity(text) * 1000)


def bytes_of(text: str | float) -> int:
    """Memory or storage in bytes, rounded up."""
    return _ceil(quantity(text))


def format_millicores(value: int) -> str:
    """The shortest usual spelling: `2`, `250m`."""
    return str(value // 1000) if value % 1000 == 0 else f"{value}m"


def format_bytes(value: int) -> str:
    """The shortest exact spelling with a binary suffix: `8Gi`, `1536Mi`, `1000`."""
    for suffix in ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"):
        size = int(_SUFFIXES[suffix])
        if value and value % size == 0:
            return f"{value // size}{suffix}"
    return str(value)


def _ceil(value: Decimal) -> int:
    whole = int(value)
    return whole + 1 if value > whole else whole
