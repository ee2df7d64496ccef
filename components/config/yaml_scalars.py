"""What unquoted text means: the same as to the engine, whose YAML is 1.2 with leftovers of 1.1."""

import math
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
_LARGEST = 2**53
"""Beyond it, JSON numbers lose digits on their way through the engine."""
_LONG = 100
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt ])")

Scalar = str | int | float | bool | None


def plain_scalar(text: str) -> Scalar:
    """The value of unquoted text. `yes` and `on` are text; `010` is eight."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "") if text[0] != "." else text
    if len(digits) < _LONG and _INTEGER.fullmatch(digits):
        return _integer(digits)
    if _FLOAT.fullmatch(digits) and math.isfinite(number := float(digits)):
        return int(number) if number.is_integer() else number
    return text


def trap(text: str) -> str | None:
    """Why unquoted text does not reach the program as it is written, if so."""
    value = plain_scalar(text)
    if _LEADING_ZERO.fullmatch(text):
        plain = text.replace("_", "").lstrip("+-0") or "0"
        return f"expected no leading zeros, got {text}; write {plain}, or '{text}' for text"
    if _DATE.match(text):
        return f"expected a date in quotes, got {text}; write '{text}'"
    if text.lower().lstrip("+-") in (".inf", ".nan"):
        return f"expected a number, got {text}; write '{text}' if it is text"
    if isinstance(value, int | float) and abs(value) > _LARGEST:
        return f"expected a number of at most 15 digits, got {text}; write '{text}' in quotes"
    return None


def _integer(digits: str) -> int:
    sign, magnitude = (-1, digits[1:]) if digits[0] == "-" else (1, digits.lstrip("+"))
    if len(magnitude) > 1 and magnitude[0] == "0":
        base = _BASES.get(magnitude[1].lower())
        return sign * (int(magnitude, 8) if base is None else int(magnitude[2:], base))
    return sign * int(magnitude)
