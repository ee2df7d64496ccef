"""Whatever is changed about who is bounded, closed in and trusted, some named rule sees it."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from tests.mutation.mutators import MUTATORS
from tests.mutation.stacks import Mutant, Stack, mutants
from tests.mutation.table import explained, rows
from tests.rehearsed import asked

SEED, SAMPLE = 20261121, 300
Verdicts = list[tuple[Mutant, str | None]]


def judged(chosen: Iterable[tuple[Stack, Mutant]]) -> Verdicts:
    """Each mutant with the first rule that sees it; the kill rates are in the log."""
    found = [(mutant, stack.killer(mutant)) for stack, mutant in chosen]
    print(*_rates(found), sep="\n")  # noqa: T201 - how hard the rules were to get past
    return found


def _rates(found: Verdicts) -> Iterator[str]:
    killed = [(mutant, rule) for mutant, rule in found if rule is not None]
    yield f"\n{len(killed)} of {len(found)} mutants killed ({len(killed) / len(found):.1%})"
    for title in ("mutator", "kind"):
        every = Counter(str(getattr(mutant, title)) for mutant, _ in found)
        dead = Counter(str(getattr(mutant, title)) for mutant, _ in killed)
        shown = (f"{name} {dead[name]}/{count}" for name, count in sorted(every.items()))
        yield f"by {title}: {', '.join(shown)}"
    rules = Counter(rule for _, rule in killed)
    yield "by rule: " + ", ".join(f"{rule} {count}" for rule, count in rules.most_common())


def survivors(found: Verdicts) -> list[Mutant]:
    return [mutant for mutant, rule in found if rule is None]


@pytest.mark.e2e
def test_three_hundred_mutants_are_killed_or_known_to_be_harmless() -> None:
    drawn = random.Random(SEED).sample(list(mutants()), SAMPLE)
    found = judged(drawn)
    unexplained, _ = explained(survivors(found))
    assert not unexplained, "\n".join(map(str, unexplained))


@pytest.mark.fire
def test_every_mutant_is_killed_or_known_to_be_harmless_and_no_row_is_stale() -> None:
    found = judged(mutants())
    unexplained, used = explained(survivors(found))
    for reason, count in used.most_common():
        print(f"survive {count}: {reason}")  # noqa: T201 - what is left, and why
    assert len(found) > 4000
    assert not unexplained, "\n".join(map(str, unexplained))
    stale = [row.reason for row in rows() if not used[row.reason]]
    assert not stale, f"rows that cover no survivor: {stale}"


def test_every_mutator_changes_something_and_leaves_the_object_alone() -> None:
    stack = Stack("sandbox", *asked()["sandbox"])
    before = repr(stack.objects)
    seen: set[tuple[str, str]] = set()
    for item in stack.objects.values():
        for mutant in stack.mutants(item):
            if (mutant.kind, mutant.mutator) not in seen:
                assert mutant.whole or mutant.manifest != item.manifest, str(mutant)
            seen.add((mutant.kind, mutant.mutator))
    kinds = {kind for kind, _ in seen}
    assert kinds >= {
        *("ClusterRole", "CronJob", "Deployment", "Job", "LimitRange", "Namespace"),
        *("NetworkPolicy", "ResourceQuota", "RoleBinding", "ServiceAccount", "StatefulSet"),
    }
    assert {mutator for _, mutator in seen} == set(MUTATORS)
    assert {kind for kind, mutator in seen if mutator == "drop"} == kinds
    assert repr(stack.objects) == before
