"""What must hold of the admission model whatever the pod, the LimitRange and the quota."""

from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

import pytest

from assurance.graph.intent import Intent
from assurance.graph.resource import Marker
from assurance.graph.values import quantity
from assurance.proofs.admission import admission
from assurance.proofs.admission.amounts import rounded, spelled, written
from assurance.proofs.admission.arrival import Arrival, arrive
from assurance.proofs.admission.limit_ranges import CONTAINER, with_defaults
from assurance.proofs.admission.pods import charged_limits, charged_requests, defaulted
from assurance.proofs.admission.quotas import pod_charge
from assurance.proofs.admission.world import world_of
from assurance.proofs.findings import Status
from tests.assurance.proofs.admission_arrivals import pod
from tests.assurance.proofs.admission_settings import AMOUNTS, CLASSES, Manifest, Setting, setting
from tests.assurance.proofs.worlds import graph

COUNT = 200
Sample = tuple[Setting, Manifest, Arrival]


@cache
def samples() -> list[Sample]:
    rng = Random(7)
    found = []
    for number in range(COUNT):
        here = setting(rng, f"place-{number}")
        sent = pod(rng, here.name)
        world = world_of(graph(*CLASSES, *here.manifests))
        [template] = graph(sent).pods()
        found.append((here, sent, arrive(template, world)))
    return found


@cache
def arrived() -> list[Sample]:
    return [sample for sample in samples() if sample[2].pod is not None]


def test_there_is_enough_of_everything_to_say_something() -> None:
    refused = sum(bool(it.faults) for _, _, it in arrived())
    assert len(arrived()) > COUNT * 0.8
    assert COUNT * 0.2 < refused < COUNT * 0.8


def test_nothing_that_is_stated_is_ever_changed() -> None:
    for _, _, it in arrived():
        assert it.stated
        assert it.pod
        for before, after in zip(it.stated.all, it.pod.all, strict=True):
            assert rounded(before.limits).items() <= dict(after.limits).items()
            assert rounded(before.requests).items() <= dict(after.requests).items()


def test_a_second_pass_changes_nothing() -> None:
    for _, _, it in arrived():
        if it.pod and not it.pod.whole:
            again = with_defaults(defaulted(it.pod), it.namespace.defaults)
            assert again.containers == it.pod.containers
            assert again.inits == it.pod.inits


def test_a_pod_that_nothing_is_wrong_with_lies_within_every_bound() -> None:
    checked = 0
    for _, _, it in arrived():
        if it.faults or it.pod is None:
            continue
        for container in it.pod.all:
            for name in container.requests.keys() & container.limits.keys():
                assert container.requests[name] <= container.limits[name]
            for limit in (limit for each in it.namespace.ranges for limit in each.limits):
                if limit.type == CONTAINER:
                    checked += 1
                    assert all(container.limits[n] <= v for n, v in limit.maximum.items())
                    assert all(container.requests[n] >= v for n, v in limit.minimum.items())
    assert checked > 20


def test_a_pod_is_charged_no_less_than_any_of_its_containers() -> None:
    for _, _, it in arrived():
        if it.pod is None or it.pod.whole:
            continue
        for one in it.pod.all:
            requests, limits = charged_requests(it.pod), charged_limits(it.pod)
            assert all(requests[name] >= value for name, value in one.requests.items())
            assert all(limits[name] >= value for name, value in one.limits.items())


def test_another_container_never_lowers_a_charge() -> None:
    compared = 0
    for here, sent, it in arrived():
        more = deepcopy(sent)
        resources = {"requests": {"cpu": "1m"}, "limits": {"cpu": "1m"}}
        more["spec"]["containers"].append({"name": "more", "resources": resources})
        [template] = graph(more).pods()
        larger = arrive(template, world_of(graph(*CLASSES, *here.manifests)))
        if it.pod is None or larger.pod is None:
            continue  # its LimitRanges contradict each other about the new container
        compared += 1
        small, large = pod_charge(it.pod), pod_charge(larger.pod)
        assert all(large[name] >= value for name, value in small.items())
    assert compared > COUNT / 2


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


IRRELEVANT = {"name", "image", "topologyKey", "weight", "hostPID"}
"""Of a pod's fields, those that neither LimitRanger nor quota looks at."""


def test_no_pod_with_an_unknown_that_decides_is_ever_proved() -> None:
    """Every leaf of every pod in turn: unknown, and the finding is not `proved`."""
    tried = 0
    for here, sent, it in arrived()[:40]:
        if it.faults:
            continue
        for path in leaves(sent["spec"], ("spec",)):
            veiled = deepcopy(sent)
            target: Any = veiled
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = Marker.UNKNOWN
            known = graph(*CLASSES, *here.manifests, veiled)
            mine = [f for f in admission(known, Intent()).findings if f.subject.startswith("Pod ")]
            if path[-1] in IRRELEVANT or "affinity" in path:
                continue
            tried += 1
            assert Status.PROVED not in {f.status for f in mine}, path
            assert any(str(path[-1]) in f.message for f in mine), (path, mine)
    assert tried > 50


@pytest.mark.parametrize("name", sorted(AMOUNTS))
def test_an_amount_is_spelled_so_that_it_reads_the_same(name: str) -> None:
    for text in AMOUNTS[name]:
        value = quantity(text)
        assert quantity(spelled(name, value)) == value
        assert quantity(written({name: value})[name]) == value
