"""Whatever is dropped, relaxed or opened of a cloud's resource, some named rule sees it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from assurance.graph.graph import Graph
from assurance.proofs.findings import Status
from assurance.proofs.guardrails import guardrails
from assurance.proofs.identity import identity
from tests.clouds.mutants import Mutant, mutants
from tests.clouds.recorded import CLOUDS
from tests.clouds.world import intent, world

SEED, SAMPLE = 20261121, 120
FILE = Path(__file__).parent / "survivors.yaml"
Seen = frozenset[tuple[str, str, str]]


def seen(cloud: str, graph: Graph) -> Seen:
    asked = intent(cloud)
    found = (*guardrails(graph, asked).findings, *identity(graph, asked).findings)
    return frozenset(
        (f.rule, f.status.value, f.subject) for f in found if f.status is not Status.PROVED
    )


@cache
def before(cloud: str) -> Seen:
    return seen(cloud, world(cloud))


def killer(cloud: str, mutant: Mutant) -> str | None:
    new = seen(cloud, mutant.within(world(cloud))) - before(cloud)
    return min(new)[0] if new else None


def every() -> Iterator[tuple[str, Mutant]]:
    for cloud in CLOUDS:
        for resource in world(cloud).resources.values():
            if resource.type.startswith(("aws:", "azure-native:")):
                yield from ((cloud, mutant) for mutant in mutants(resource))


@cache
def rows() -> list[dict[str, Any]]:
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert all(row.keys() <= {"reason", "kinds", "mutators", "paths"} for row in found)
    return list(found)


def covers(row: dict[str, Any], mutant: Mutant) -> bool:
    about = {"kinds": mutant.kind, "mutators": mutant.mutator, "paths": mutant.place}
    return all(
        any(fnmatchcase(value, pattern) for pattern in row[key].split())
        for key, value in about.items()
        if key in row
    )


def judged(chosen: Iterable[tuple[str, Mutant]]) -> tuple[list[str], Counter[str], Counter[str]]:
    """Survivors that no row covers, how many each covers, and how many each rule has killed."""
    open_, used, killed = [], Counter[str](), Counter[str]()
    for cloud, mutant in chosen:
        rule = killer(cloud, mutant)
        if rule is not None:
            killed[rule] += 1
            continue
        row = next((row for row in rows() if covers(row, mutant)), None)
        if row is None:
            open_.append(f"{cloud}: {mutant}")
        else:
            used[row["reason"]] += 1
    print(f"{killed.total()} killed by {len(killed)} rules, {used.total()} harmless")  # noqa: T201
    return open_, used, killed


def test_before_anything_is_changed_nothing_is_found() -> None:
    assert [before(cloud) for cloud in CLOUDS] == [frozenset()] * 2


def test_mutants_are_killed_or_known_to_be_harmless() -> None:
    drawn = Random(SEED).sample(list(every()), SAMPLE)
    open_, _, killed = judged(drawn)
    assert open_ == []
    assert len(killed) > 15


@pytest.mark.e2e
def test_every_mutant_is_killed_or_known_to_be_harmless_and_no_row_is_stale() -> None:
    open_, used, killed = judged(every())
    assert open_ == []
    assert [row["reason"] for row in rows() if not used[row["reason"]]] == []
    assert killed.total() > 350
    assert len(killed) > 50
