"""What unquoted text means: the same as to the engine, whose YAML is 1.2 with leftovers of 1.1."""

import re

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
_BASES = {"x": 16, "b": 2, "o": 8}
_TOO_LARGE = 2**64

Scalar = str | int | float | bool | None


def plain_scalar(text: str) -> Scalar:
    """The value of unquoted text. `yes`, `on` and dates are text; `010` is eight."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "") if text[0] != "." else text
    if _INTEGER.fullmatch(digits) and abs(number := _integer(digits)) < _TOO_LARGE:
        return number
    if _FLOAT.fullmatch(digits):
        return _shortest(float(digits))
    return text


def trap(text: str) -> str | None:
    """Why unquoted text does not mean what it seems to, if so."""
    if _LEADING_ZERO.fullmatch(text):
        plain = text.replace("_", "").lstrip("+-0") or "0"
        return f"expected no leading zeros, got {text}; write {plain}, or '{text}' for text"
    return None


def _integer(digits: str) -> int:
    sign, magnitude = (-1, digits[1:]) if digits[0] == "-" else (1, digits.lstrip("+"))
    if len(magnitude) > 1 and magnitude[0] == "0":
        base = _BASES.get(magnitude[1].lower())
        return sign * (int(magnitude, 8) if base is None else int(magnitude[2:], base))
    return sign * int(magnitude)


def _shortest(number: float) -> int | float:
    """A whole float reads like the integer that JSON makes of it."""
    return int(number) if number.is_integer() and abs(number) < _TOO_LARGE else number
