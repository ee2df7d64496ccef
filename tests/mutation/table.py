"""Mutants that nothing sees, each with the reason why that is harmless."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.mutation.stacks import Mutant

FILE = Path(__file__).parent / "survivors.yaml"


@dataclass(frozen=True, slots=True)
class Row:
    """Survivors of one sort."""

    reason: str
    kinds: tuple[str, ...]
    paths: tuple[str, ...]
    mutators: tuple[str, ...]
    objects: tuple[str, ...]

    def covers(self, mutant: Mutant) -> bool:
        """Whether the row is about this mutant."""
        name = f"{mutant.stack}:{mutant.item.namespace or ''}/{mutant.item.name}"
        return (
            (not self.kinds or mutant.kind in self.kinds)
            and (not self.mutators or mutant.mutator in self.mutators)
            and any(fnmatchcase(mutant.place, path) for path in self.paths)
            and (not self.objects or any(fnmatchcase(name, each) for each in self.objects))
        )


@cache
def rows() -> tuple[Row, ...]:
    """The committed table."""
    return tuple(map(_row, yaml.safe_load(FILE.read_text(encoding="utf-8"))))


def explained(survivors: Iterable[Mutant]) -> tuple[list[Mutant], Counter[str]]:
    """Survivors that no row covers, and how many each row covers."""
    unexplained = []
    used: Counter[str] = Counter()
    for mutant in survivors:
        row = next((row for row in rows() if row.covers(mutant)), None)
        if row is None:
            unexplained.append(mutant)
        else:
            used[row.reason] += 1
    return unexplained, used


def _row(given: dict[str, Any]) -> Row:
    words = {
        key: tuple(given.pop(key, "").split()) for key in ("kinds", "paths", "mutators", "objects")
    }
    return Row(reason=given.pop("reason"), **words) if given.keys() == {"reason"} else _bad(given)


def _bad(given: dict[str, Any]) -> Row:
    message = f"{FILE.name}: unknown or missing keys: {sorted(given)}"
    raise ValueError(message)
