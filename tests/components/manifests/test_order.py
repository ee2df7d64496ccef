"""What comes before what."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.manifests.index import Index
from components.manifests.keys import ObjectKey, key_of
from components.manifests.order import CycleError, dependencies, ordered
from tests.components.manifests.order_pairs import AROUND, PAIRS, THING_CRD, counting, using
from tests.components.manifests.samples import (
    Manifest,
    deployment,
    limits,
    namespace,
    pod_spec,
    policy,
    quota,
    secret,
    service,
)

Edges = dict[ObjectKey, tuple[ObjectKey, ...]]


def edges_of(objects: Iterable[Manifest], index: Index | None = None) -> Edges:
    index, objects = index or Index(), list(objects)
    for manifest in objects:
        index.add(key_of(manifest), manifest)
    return {key_of(m): dependencies(key_of(m), m, index) for m in objects}


def before(edges: Edges, key: ObjectKey) -> set[ObjectKey]:
    """Everything that comes before an object, near and far."""
    found: set[ObjectKey] = set()
    open_ = [key]
    while open_:
        for other in edges.get(open_.pop(), ()):
            if other not in found:
                found.add(other)
                open_.append(other)
    return found


def assert_before(objects: list[Manifest], first: Manifest, then: Manifest) -> None:
    edges = edges_of(objects)
    assert key_of(first) in before(edges, key_of(then))
    keys = ordered(edges)
    assert keys.index(key_of(first)) < keys.index(key_of(then))


@pytest.mark.parametrize("sentence", PAIRS)
def test_what_is_needed_comes_first(sentence: str) -> None:
    first, then = PAIRS[sentence]
    around = [o for o in AROUND if key_of(o) not in {key_of(first), key_of(then)}]
    assert_before([then, *around, first], first, then)


def test_nothing_follows_the_service_of_its_own_pods() -> None:
    edges = edges_of([namespace(), service(), deployment()])
    assert key_of(service()) not in before(edges, key_of(deployment()))


def test_what_a_quota_does_not_count_does_not_wait_for_it() -> None:
    edges = edges_of([namespace(), counting("services"), secret(), quota(), THING_CRD])
    assert edges[key_of(secret())] == (key_of(namespace()),)
    assert edges[key_of(quota())] == (key_of(namespace()),)


def test_pods_do_not_follow_policies_for_other_pods_or_other_namespaces() -> None:
    other = policy("other", {"matchLabels": {"app": "worker"}})
    elsewhere = policy("deny") | {"metadata": {"name": "deny", "namespace": "churn"}}
    edges = edges_of([namespace(), other, elsewhere, deployment()])
    assert edges[key_of(deployment())] == (key_of(namespace()),)


def test_what_another_edge_implies_is_left_out() -> None:
    edges = edges_of([namespace(), quota(), policy(), deployment()])
    assert edges[key_of(deployment())] == (key_of(policy()), key_of(quota()))
    assert key_of(namespace()) in before(edges, key_of(deployment()))


def test_earlier_calls_count() -> None:
    index = Index()
    edges_of([namespace(), quota()], index)
    assert edges_of([deployment()], index)[key_of(deployment())] == (key_of(quota()),)


def test_what_nobody_registers_is_somebody_elses() -> None:
    pod = pod_spec(serviceAccountName="given", priorityClassName="system-cluster-critical")
    assert edges_of([using(pod)])[key_of(deployment())] == ()


def test_edges_grow_with_the_objects_not_with_their_square() -> None:
    workloads = [deployment(f"w{n}") for n in range(50)]
    bounds = [namespace(), quota(), limits(), policy(), policy("dns")]
    own = [policy(f"w{n}", {"matchLabels": {"app": f"w{n}"}}) for n in range(50)]
    edges = edges_of([*bounds, *workloads, *own])
    assert sum(map(len, edges.values())) == 50 * 5 + 54


def test_a_cycle_is_named() -> None:
    a, b, c, d = (ObjectKey(kind="Thing", name=name) for name in "abcd")
    with pytest.raises(CycleError, match="Thing b → Thing c → Thing b") as error:
        ordered({a: (), b: (c, a), c: (b,), d: (b,)})
    assert error.value.cycle == [b, c, b]


KEYS = st.integers(0, 14).map(lambda n: ObjectKey(kind="Thing", name=f"{n:02}"))
GRAPHS = st.dictionaries(KEYS, st.sets(KEYS)).map(
    lambda graph: {key: {o for o in others if o < key} for key, others in graph.items()}
)


@given(GRAPHS, st.randoms())
def test_any_graph_is_ordered_whatever_order_it_comes_in(
    graph: dict[ObjectKey, set[ObjectKey]], rng: random.Random
) -> None:
    shuffled = list(graph.items())
    rng.shuffle(shuffled)
    keys = ordered(dict(shuffled))
    assert keys == ordered(graph)
    assert sorted(keys) == sorted(graph)
    place = {key: n for n, key in enumerate(keys)}
    assert all(place[o] < place[key] for key in keys for o in graph[key] if o in graph)


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(PAIRS)), min_size=2), st.randoms())
def test_every_pair_stays_in_order_in_every_mixture(chosen: set[str], rng: random.Random) -> None:
    objects = {key_of(o): o for o in AROUND}
    for sentence in chosen:
        objects |= {key_of(o): o for o in PAIRS[sentence] if key_of(o) not in objects}
    mixed = list(objects.values())
    rng.shuffle(mixed)
    edges = edges_of(mixed)
    assert edges == edges_of(objects.values())
    keys = ordered(edges)
    for sentence in chosen:
        first, then = PAIRS[sentence]
        if objects[key_of(then)] is then and objects[key_of(first)] is first:
            assert keys.index(key_of(first)) < keys.index(key_of(then)), sentence
