"""Admission offline and on a real API server: one decision, one reason, one defaulted pod."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from types import ModuleType
from typing import Any

import pytest

from assurance.proofs.admission import arrival as arrivals
from assurance.proofs.admission import charges, limit_ranges, pods, quotas
from assurance.proofs.admission.amounts import amounts, plus, rounded
from assurance.proofs.admission.lines import lines
from assurance.proofs.admission.quotas import charged_to
from assurance.proofs.admission.world import World
from operations.sandbox import Sandbox
from tests.assurance.proofs.admission_arrivals import arriving
from tests.assurance.proofs.admission_settings import Manifest
from tests.e2e.admission_server import Reply
from tests.e2e.admission_stage import (
    NOBODY,
    ORDER,
    SEED,
    Amounts,
    Stage,
    a_number_of,
    agree,
    expected,
    item_of,
    staged,
    world_for,
)
from tests.e2e.cluster import Kubectl

pytestmark = pytest.mark.e2e

FEW, MANY = 500, 3_000
SETTINGS, MANY_SETTINGS = 40, 150


def say(words: object) -> None:
    """For whoever runs the tests with -s, and for the report of one that fails."""
    print(words)  # noqa: T201 - what was measured


@pytest.fixture(scope="module")
def stage(sandbox: Sandbox, kubectl: Kubectl) -> Iterator[Stage]:
    with staged(sandbox, kubectl, a_number_of(SETTINGS, "few")) as made:
        yield made


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """An object with what the API server said to it."""

    manifest: Manifest
    reply: Reply


def sent(stage: Stage, count: int) -> list[Sent]:
    rng = Random(SEED + count)
    found = []
    for _ in range(count):
        manifest = arriving(rng, stage.settings)
        found.append(Sent(manifest=manifest, reply=stage.server.attempt(manifest)))
    return found


def disagreements(stage: Stage, world: World, found: Sequence[Sent]) -> Iterator[tuple[Sent, str]]:
    """Where the two do not agree; what is left undecided is no disagreement."""
    for one in found:
        space = one.manifest["metadata"]["namespace"]
        used = {name: each for (where, name), each in stage.used.items() if where == space}
        mine = expected(world, used, one.manifest)
        if mine.doubts:
            yield one, "undecided"
            continue
        try:
            agree(one.manifest, one.reply, mine)
        except AssertionError as error:
            yield one, f"disagreement: {error}"


def agree_on(stage: Stage, found: Sequence[Sent]) -> None:
    odd = list(disagreements(stage, stage.world, found))
    wrong = [words for _, words in odd if words != "undecided"]
    assert not wrong, f"{len(wrong)} of {len(found)} disagree: {wrong[0]}"
    undecided = {id(one) for one, _ in odd}
    decided = [one for one in found if id(one) not in undecided]
    outcomes = Counter(one.reply.reason or "let in" for one in decided)
    kinds = Counter((one.manifest["kind"], one.reply.accepted) for one in decided)
    say(f"\n{len(decided)} objects agree, {len(odd)} left undecided")
    say(dict(outcomes.most_common()))
    say(f"(kind, let in): {dict(sorted(kinds.items()))}")
    assert len(odd) < len(found) / 10
    assert 0.2 <= outcomes["let in"] / len(decided) <= 0.8
    assert set(ORDER) <= set(outcomes), set(ORDER) - set(outcomes)


@pytest.fixture(scope="module")
def few(stage: Stage) -> list[Sent]:
    return sent(stage, FEW)


def test_admission_and_the_offline_decision_agree(stage: Stage, few: list[Sent]) -> None:
    agree_on(stage, few)


@pytest.mark.fire
def test_admission_and_the_offline_decision_agree_on_many(
    sandbox: Sandbox, kubectl: Kubectl
) -> None:
    settings = a_number_of(MANY_SETTINGS, "many")
    with staged(sandbox, kubectl, settings) as stage:
        agree_on(stage, sent(stage, MANY))


def test_what_every_namespace_has_used_from_the_start_is_known(stage: Stage) -> None:
    checked = 0
    for here in stage.settings:
        namespace = stage.world.namespace(here.name)
        objects = [item_of(it) for it in (*here.governance, *here.accounts)]
        there = list(lines(namespace, objects, [], stage.world, NOBODY))
        for each in namespace.quotas:
            mine = plus(*(charged_to(each, line.each) for line in there if line.about(each)))
            theirs = stage.used[here.name, each.name]
            assert {k: v for k, v in theirs.items() if v} == mine, (here.name, each.name)
            checked += 1
    say(f"\n{checked} quotas start with what the model says")
    assert checked > SETTINGS / 2


def planted() -> Iterator[tuple[str, ModuleType | type, str, Any]]:
    """Mistakes that one could make: what it is, and which name of which module it replaces."""
    measured, needed = quotas._measured, quotas.unstated
    requests, together, read = pods.charged_requests, pods._together, limit_ranges._limit
    yield "a limit is no request", pods, "_with_requests", lambda container: container
    yield (
        "overhead is free",
        quotas,
        "charged_requests",
        lambda pod: requests(replace(pod, overhead=None)),
    )
    yield (
        "a sidecar ends before the next container starts",
        pods,
        "_together",
        lambda mains, inits: together(mains, [(a, replace(c, sidecar=False)) for a, c in inits]),
    )
    yield "no pod is best effort", quotas, "best_effort", lambda _: False
    yield (
        "a maximum is no default",
        limit_ranges,
        "_limit",
        lambda stated, place: replace(
            read(stated, place),
            default=rounded(amounts(stated.get("default"), place)),
        ),
    )
    yield (
        "init containers get no defaults",
        arrivals,
        "with_defaults",
        lambda pod, given: replace(limit_ranges.with_defaults(pod, given), inits=pod.inits),
    )
    yield (
        "init containers need not state anything",
        quotas,
        "unstated",
        lambda quota, pod: needed(quota, replace(pod, inits=())),
    )
    yield (
        "extended resources are counted under their own name",
        quotas,
        "_measured",
        lambda asked, given: {
            key.removeprefix("requests.") if "/" in key else key: value
            for key, value in measured(asked, given).items()
        },
    )
    yield (
        "NotIn does not choose what has no class",
        quotas.Scope,
        "chooses",
        lambda self, name: name is not None and (name in self.values) is (self.operator == "In"),
    )
    yield "a ratio may not be reached", limit_ranges, "_spread", _never_reached
    yield "every class of claims is the same", charges, "CLASS", ".other/"
    yield "a load balancer always takes ports", charges, "plain", lambda value, _: value or True
    yield "a whole pod's amounts do not count", pods, "of_pod_level", lambda _: False
    yield "an empty selector selects no namespace", pods, "_crosses", _only_named


def _never_reached(name: str, bound: Decimal, requests: Amounts, limits: Amounts | None) -> str:
    request, limit = requests.get(name), (limits or {}).get(name)
    return "no" if not request or not limit or limit / request >= bound else ""


def _only_named(affinity: Mapping[str, Any], _: str) -> bool:
    return "namespaces" in str(affinity)


def test_a_planted_mistake_is_caught(
    stage: Stage, few: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake makes the model disagree with the API server about some object."""
    missed, caught = [], {}
    for words, module, name, wrong in planted():
        with monkeypatch.context() as patched:
            patched.setattr(module, name, wrong)
            world = world_for(stage.settings)
            odd = [told for _, told in disagreements(stage, world, few) if told != "undecided"]
        caught[words] = len(odd)
        if not odd:
            missed.append(words)
    say(f"\nobjects about which each mistake disagrees: {caught}")
    assert len(caught) >= 12
    assert not missed
