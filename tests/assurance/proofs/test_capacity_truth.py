"""Capacity against brute force: every assignment for what is refuted, every order for the rest."""

from collections import Counter
from random import Random

import pytest

from assurance.proofs.findings import Status
from tests.assurance.proofs.assignments import Oracle
from tests.assurance.proofs.loads import Load, load

SEED = 2


def loads(count: int, size: int) -> list[Load]:
    random, features = Random(SEED), Counter[str]()
    made = [load(random, features, size=size) for _ in range(count)]
    print(f"{count} loads of {dict(sorted(features.items()))}")  # noqa: T201 - the distribution
    return made


def agree(made: list[Load]) -> None:
    verdicts: Counter[Status] = Counter()
    truths: Counter[str] = Counter()
    for each in made:
        oracle = Oracle(each)
        possible = oracle.some_assignment()
        always = possible and oracle.every_order()
        verdicts[each.verdict] += 1
        truths["always" if always else "sometimes" if possible else "never"] += 1
        assert (each.verdict is Status.REFUTED) == (not possible), each
        assert each.verdict is not Status.PROVED or always, each
    print(f"verdicts {dict(verdicts)}, truths {dict(truths)}")  # noqa: T201 - the distribution
    assert all(verdicts[status] >= len(made) / 5 for status in Status), verdicts


def test_what_is_said_of_small_loads_is_what_trying_everything_comes_to() -> None:
    agree(loads(60, size=5))


@pytest.mark.fire
def test_what_is_said_of_many_loads_is_what_trying_everything_comes_to() -> None:
    agree(loads(3000, size=5))
