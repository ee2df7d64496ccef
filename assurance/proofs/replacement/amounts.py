"""Quantities that are spelled differently and mean the same: `1000m` of a core is `1`."""

from typing import Any

from assurance.graph.values import quantity
from assurance.proofs.replacement.differences import ABSENT, Path, equal

_MAPS = frozenset(
    {
        *("allocatable", "capacity", "default", "defaultRequest", "hard", "limits", "max"),
        *("maxLimitRequestRatio", "min", "overhead", "requests"),
    }
)
"""Maps from resources to amounts."""
_FIELDS = frozenset({"averageValue", "divisor", "sizeLimit"})


def same_amount(path: Path, before: Any, after: Any) -> bool:
    """As the API server compares what it has stored; an empty list is none."""
    if equal(path, before, after) or (_is_nothing(before) and _is_nothing(after)):
        return True
    if not _is_amount(path) or ABSENT in (before, after):
        return False
    try:
        return quantity(before) == quantity(after)
    except (TypeError, ValueError):
        return False


def _is_nothing(value: Any) -> bool:
    return value is ABSENT or value in ([], ())


def _is_amount(path: Path) -> bool:
    return path[-1] in _FIELDS or (len(path) > 1 and path[-2] in _MAPS)
