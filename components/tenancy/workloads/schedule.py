"""When a CronJob runs: the five fields, as the cluster's own parser reads them."""

import re
from collections.abc import Mapping

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, Mapping[str, int]], ...] = (
    ("a minute", 0, 59, {}),
    ("an hour", 0, 23, {}),
    ("a day of the month", 1, 31, {}),
    ("a month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    ("a day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_WORDS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_PART = re.compile(r"(?P<first>\*|\?|[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?(?:/(?P<step>[0-9]+))?")


def check_schedule(text: str) -> str:
    """The schedule itself, or what is wrong with it."""
    if text in _WORDS:
        return text
    fields = text.split()
    if len(fields) != len(_FIELDS):
        message = (
            f"expected five fields (minute, hour, day, month, weekday) such as '0 6 * * 1-5' "
            f"or @daily, got '{text}'"
        )
        raise ValueError(message)
    for field, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(part, least, most, names) for part in field.lower().split(",")):
            message = f"expected {name} from {least} to {most}, got '{field}'"
            raise ValueError(message)
    return text


def _fits(part: str, least: int, most: int, names: Mapping[str, int]) -> bool:
    match = _PART.fullmatch(part)
    if match is None or match["step"] == "0":
        return False
    if match["first"] in "*?":
        return match["last"] is None
    first = _number(match["first"], names)
    last = first if match["last"] is None else _number(match["last"], names)
    return first is not None and last is not None and least <= first <= last <= most


def _number(text: str, names: Mapping[str, int]) -> int | None:
    return int(text) if text.isdigit() else names.get(text)
