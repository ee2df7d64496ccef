"""Resources of clouds over the real protocol: what the pack finds is what the proofs find."""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.resource import Marker, Resource, Secret
from assurance.guardrails.rules import AROUND, CLOUDS
from tests.clouds.mutants import Mutant, mutants
from tests.clouds.recorded import CLOUDS as SAMPLES
from tests.clouds.recorded import MODES, Mode
from tests.clouds.world import world
from tests.policies.findings import PROOFS, expected, found
from tests.policies.wire import Pack

ALONE = dict.fromkeys(PROOFS, "disabled")
"""Guardrails without the proofs of whole stacks."""
NAMES = {rule.name for rule in CLOUDS}


def several(cloud: str, seed: int, count: int) -> Graph:
    """The sample with so many changes, each of another resource."""
    rng, graph = Random(seed), world(cloud)
    chosen = rng.sample([r for r in graph.resources.values() if list(mutants(r))[1:]], count)
    for resource in chosen:
        change: Mutant = rng.choice([m for m in mutants(resource) if m.path])
        graph = change.within(graph)
    return graph


def holed(rng: Random, resource: Resource) -> Resource:
    """One input that is not known, not known and secret, or secret."""
    key = rng.choice(sorted(resource.inputs))
    was = resource.inputs[key]
    hole: Any = rng.choice((Marker.UNKNOWN, Marker.SECRET_UNKNOWN, Secret(was)))
    return replace(resource, inputs={**resource.inputs, key: hole})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cloud", SAMPLES)
def test_a_good_program_is_good_in_the_engine_as_well(pack: Pack, cloud: str, mode: Mode) -> None:
    whole = world(cloud, mode)
    without_a_team = {"tenancy", "identity", "isolation"}
    pack.configure(**dict.fromkeys(without_a_team, "disabled"))
    assert [said for said in pack.judge(whole) if said.policy in NAMES] == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cloud", SAMPLES)
def test_whatever_is_changed_the_pack_finds_what_the_proof_finds(
    pack: Pack, cloud: str, seed: int
) -> None:
    pack.configure(**ALONE)
    whole = several(cloud, seed, 12)
    shuffled = list(whole.resources.values())
    Random(seed).shuffle(shuffled)
    refuted, unknown = expected(whole, PROOFS)
    assert found(pack.judge(whole, shuffled)) == (refuted, unknown)
    rules = Counter(policy for policy, _ in refuted)
    assert len(rules) > 1
    print(f"{len(refuted)} refuted by {len(rules)} rules, {unknown} unknown")  # noqa: T201 - counted


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cloud", SAMPLES)
def test_what_is_not_known_is_in_doubt_in_both_and_what_is_secret_is_judged(
    pack: Pack, cloud: str, seed: int
) -> None:
    pack.configure(**ALONE)
    rng, graph = Random(seed), world(cloud)
    resources = {
        urn: holed(rng, each) if each.inputs and rng.random() < 0.5 else each
        for urn, each in graph.resources.items()
        if each.custom and "kubernetes" not in each.type
    }
    whole = Graph(resources=resources, stack="test", mode="warm")
    refuted, unknown = expected(whole, PROOFS)
    assert found(pack.judge(whole)) == (refuted, unknown)
    assert unknown > 0


def test_a_fault_of_one_resource_is_said_at_once_and_one_of_its_surroundings_at_the_end(
    pack: Pack,
) -> None:
    pack.configure(**ALONE)
    graph = world("aws")
    (bucket,) = (r for r in graph.resources.values() if r.type == "aws:s3/bucket:Bucket")
    careless = replace(bucket, inputs={**bucket.inputs, "forceDestroy": True})
    at_once = pack.analyze(careless)
    assert [said.policy for said in at_once] == ["buckets-are-not-emptied-by-destroy"]
    at_the_end = pack.analyze_stack([careless])
    assert {said.policy for said in at_the_end} <= AROUND
    assert "buckets-are-closed-to-the-public" in {said.policy for said in at_the_end}
    assert {said.urn for said in at_the_end} == {bucket.urn}
