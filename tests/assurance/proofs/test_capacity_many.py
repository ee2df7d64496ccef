"""Many loads and many teams: more never helps, order changes nothing, size is bearable."""

import json
import time
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from assurance.graph.values import Pool, Shape
from assurance.proofs.findings import Result, Status
from tests.assurance.proofs.boxes import HOSTNAME
from tests.assurance.proofs.loads import Load, alone, deployment, load
from tests.assurance.proofs.test_capacity import by_rule, judged, of


def samples(count: int) -> list[Load]:
    random, features = Random(20261121), Counter[str]()
    return [load(random, features, size=random.choice((4, 5, 7, 10))) for _ in range(count)]


def test_more_pods_never_help_and_more_nodes_never_hurt() -> None:
    random, seen = Random(3), Counter[Status]()
    order = [Status.REFUTED, Status.UNKNOWN, Status.PROVED]
    for each in samples(100):
        seen[each.verdict] += 1
        first = each.deployments[0]
        more = of(first, replicas=first["spec"]["replicas"] + 1)
        crowded = replace(each, deployments=(more, *each.deployments[1:]))
        grown = random.choice(each.pools)
        larger = tuple(replace(p, max=p.max + 1) if p is grown else p for p in each.pools)
        roomy = replace(each, pools=larger)
        for worse, better in ((crowded, each), (each, roomy)):
            low, high = order.index(worse.verdict), order.index(better.verdict)
            assert (low, high) != (2, 0), each
            assert low == 0 or high != 0, each
    assert min(seen[status] for status in Status) >= 15, seen


def test_the_order_in_which_things_are_written_changes_nothing() -> None:
    random = Random(5)
    for each in samples(40):
        pools, deployments = list(each.pools), list(each.deployments)
        random.shuffle(pools)
        random.shuffle(deployments)
        mixed = Load(pools=tuple(pools), deployments=tuple(deployments), agents=each.agents)
        assert mixed.verdict is each.verdict


def test_findings_are_json_and_the_same_every_time() -> None:
    for each in samples(20):
        once, again = (json.dumps(each.judged().to_json()) for _ in range(2))
        assert once == again


def company(teams: int, replicas: int, nodes: int, *, spread: bool = False) -> Result:
    """Ten workloads a team, on three pools; each pod on a node of its own, if they spread."""
    made = []
    for team in range(teams):
        for number in range(10):
            name, cpu = f"w{number}", f"{100 + 50 * (number % 4)}m"
            own = {"affinity": alone(HOSTNAME, name)} if spread else {}
            one = deployment(name, {"cpu": cpu, "memory": "256Mi"}, replicas, **own)
            made.append({**one, "metadata": {"name": f"w{number}", "namespace": f"team-{team}"}})
    shape = Shape(cpu=16000, memory=64 * 2**30)
    pools = tuple(
        Pool(name=f"pool-{n}", shape=shape, min=nodes // 3, max=nodes // 3) for n in range(3)
    )
    return judged(*made, pools=pools)


@pytest.mark.bench
@pytest.mark.parametrize(
    ("teams", "replicas", "nodes", "goal"),
    [(10, 10, 100, 1.0), (10, 10, 12, 1.0), (200, 2, 150, 2.0), (200, 2, 48, 2.0)],
)
@pytest.mark.parametrize("spread", [False, True])
def test_seconds_for_many_pods(
    teams: int, replicas: int, nodes: int, goal: float, *, spread: bool
) -> None:
    began = time.process_time()
    found = company(teams, replicas, nodes, spread=spread)
    spent = time.process_time() - began
    counts = Counter(finding.status.value for finding in found.findings)
    print(f"{teams} teams, {spent:.2f} s of {goal} s: {dict(counts)}, {dict(found.population)}")  # noqa: T201 - measured


def test_a_hundred_teams_are_decided_as_few_are() -> None:
    result = company(30, 2, 60)
    assert {finding.status for finding in result.findings} == {Status.PROVED}
    assert result.population["pods at most"] == 600
    crowded = company(30, 2, 3)
    assert "pods-over-pools" in by_rule(crowded, Status.REFUTED)
