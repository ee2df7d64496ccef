"""The evaluator of NetworkPolicies beside two that others wrote, on random clusters."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_network
from itertools import product
from pathlib import Path
from random import Random

import pytest
import yaml

from assurance.proofs.network.spans import (
    EVERY_PORT,
    addresses,
    common,
    show_ports,
    spans,
    union,
)
from tests.assurance.proofs import oracles
from tests.assurance.proofs.bugs import BUGS, plant
from tests.assurance.proofs.oracles import Analyzers, Answer, asked
from tests.assurance.proofs.samples import OUTSIDE, Sample, sample
from tests.assurance.proofs.spelling import spelled, stated, without_names_of_addresses
from tests.assurance.proofs.worlds import opened


def ours(one: Sample) -> Answer:
    """What our evaluator says is open, by the same names."""
    network, found = one.network, Answer()
    names = {
        f"{p.namespace}/{p.name}": p.address if p.host_network else f"{p.namespace}/{p.name}"
        for p in one.pods
    }
    for (source, target), ports in opened(network).items():
        found[names[source], names[target]] = spans(ports)
    for index, alike in enumerate(network.classes):
        for pod, address in product(alike, OUTSIDE):
            where = addresses([ip_network(address)])
            here = names[str(pod)]
            for way, pair in (("egress", (here, address)), ("ingress", (address, here))):
                for opening in network.openings(way, index):
                    if common(opening.addresses, where):
                        found[pair] = union(found.get(pair, ()), opening.ports)
    return found


def clusters(count: int, seed: int, features: Counter[str]) -> list[Sample]:
    random = Random(seed)
    return [spelled(sample(random, features)) for _ in range(count)]


def judged(samples: Sequence[Sample], answers: Sequence[Answer], verdicts: Counter[str]) -> int:
    """Agree on every connection, or fail with the first that differs; how many there were."""
    for number, (one, theirs) in enumerate(zip(samples, answers, strict=True)):
        mine = ours(one)
        for pair in asked(one):
            is_open = theirs.get(pair, ())
            verdicts["all" if is_open == EVERY_PORT else "some" if is_open else "no"] += 1
            assert mine.get(pair, ()) == is_open, (
                f"{number}: {pair}: {show_ports(mine.get(pair, ()))}, analyzer "
                f"{show_ports(is_open)}\n{yaml.safe_dump_all(one.policies)}"
            )
    return verdicts.total()


@pytest.fixture(scope="module")
def analyzers() -> Analyzers:
    return oracles.analyzers()


def compare(analyzers: Analyzers, work: Path, count: int, seed: int) -> None:
    """Both analyzers on the same clusters; what they were made of, and how they came out."""
    features = Counter[str]()
    given = clusters(count, seed, features)
    for name, prepare, ask in (
        (
            "netpol-analyzer",
            without_names_of_addresses,
            partial(oracles.netpol_analyzer, analyzers),
        ),
        (
            "network-config-analyzer",
            stated,
            partial(oracles.network_config_analyzer, analyzers),
        ),
    ):
        (work / name).mkdir()
        verdicts, prepared = Counter[str](), list(map(prepare, given))
        pairs = judged(prepared, ask(work / name, prepared), verdicts)
        print(f"{name}: {count} clusters, {pairs} pairs, ports open: {dict(verdicts)}")  # noqa: T201 - how hard
        assert min(verdicts["no"], verdicts["all"] + verdicts["some"]) > 0.2 * pairs
    print(dict(sorted(features.items())))  # noqa: T201 - how hard
    assert min(features.values()) > 0.05 * count


@pytest.mark.e2e
def test_two_analyzers_agree_on_300_random_clusters(analyzers: Analyzers, tmp_path: Path) -> None:
    compare(analyzers, tmp_path, 300, seed=4)


@pytest.mark.fire
@pytest.mark.parametrize("batch", range(10))
def test_two_analyzers_agree_on_3000_random_clusters(
    analyzers: Analyzers, tmp_path: Path, batch: int
) -> None:
    compare(analyzers, tmp_path, 300, seed=100 + batch)


@pytest.mark.e2e
def test_beside_an_analyzer_every_planted_bug_shows(analyzers: Analyzers, tmp_path: Path) -> None:
    """How many random clusters it takes until a bug differs from netpol-analyzer."""
    given = list(map(without_names_of_addresses, clusters(300, 6, Counter())))
    answers = oracles.netpol_analyzer(analyzers, tmp_path, given)
    shown = {}
    for bug in BUGS:
        with pytest.MonkeyPatch.context() as patch:
            plant(bug, patch)
            shown[bug] = next(
                (
                    number
                    for number, (one, theirs) in enumerate(zip(given, answers, strict=True), 1)
                    if _differs(one, theirs)
                ),
                None,
            )
    print(shown)  # noqa: T201 - how many clusters each took
    assert None not in shown.values()
    assert len(shown) >= 28


def _differs(one: Sample, theirs: Answer) -> bool:
    mine = ours(one)
    return any(mine.get(pair, ()) != theirs.get(pair, ()) for pair in asked(one))
