"""Capacity against the real scheduler: what is proved to fit does, what is refuted leaves some."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from assurance.proofs.findings import Status
from operations.sandbox import nodes
from operations.sandbox.api import Api
from operations.sandbox.layout import Layout
from operations.sandbox.record import read
from operations.sandbox.spec import SandboxSpec
from tests.assurance.proofs.appetites import RUNTIME, tight
from tests.assurance.proofs.loads import NAMESPACE, Load, load
from tests.e2e.cluster import a_spec
from tests.e2e.lab import Lab

pytestmark = pytest.mark.e2e

Manifest = dict[str, Any]

SEED = 20261121
_PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
_DAEMON_SETS = f"/apis/apps/v1/namespaces/{NAMESPACE}/daemonsets"
_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Case:
    """A load whose nodes and pods bear its name, so that many share one control plane."""

    name: str
    load: Load

    def pods(self, turn: int, random: Random) -> list[Manifest]:
        """All of them, in some order of arrival."""
        found = []
        for each in self.load.deployments:
            template = each["spec"]["template"]
            for number in range(each["spec"]["replicas"]):
                name = f"{each['metadata']['name']}-{turn}-{number}"
                found.append(
                    {
                        "apiVersion": "v1",
                        "kind": "Pod",
                        "metadata": {**template["metadata"], "name": name, "namespace": NAMESPACE},
                        "spec": template["spec"],
                    }
                )
        random.shuffle(found)
        return found


@dataclass
class Field:
    """A control plane whose nodes are the cases' own."""

    lab: Lab
    spec: SandboxSpec
    cases: list[Case] = field(default_factory=list)

    def api(self) -> Api:
        layout = Layout(directory=self.lab.directory)
        record = read(layout)
        assert record is not None
        return Api.of(layout, record)

    def prepare(self, cases: Sequence[Case]) -> None:
        """Nodes as the sandbox makes them from pools; agents of each node first."""
        self.cases = list(cases)
        pools = tuple(pool for case in cases for pool in case.load.pools)
        spec = a_spec("lab", pools=pools)
        wanted = nodes.plan(spec, ()).create
        with self.api() as api:
            for name in _names(api, "/api/v1/nodes"):
                api.delete(f"/api/v1/nodes/{name}")
        self._each(wanted, lambda api, node: api.create("/api/v1/nodes", node))
        self._until(lambda api: _ready(api) == len(wanted), "nodes are ready")
        agents = [agent for case in cases for agent in case.load.agents]
        self._each(agents, lambda api, agent: api.create(_DAEMON_SETS, agent))
        self._until(_agents_settled, "every agent is on its nodes")

    def schedule(self, turn: int, random: Random) -> Mapping[str, tuple[int, int]]:
        """By case, how many pods were scheduled, of how many."""
        arriving = [case.pods(turn, random) for case in self.cases]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._create, arriving))
        wanted = sum(map(len, arriving))
        seen: dict[str, bool] = {}

        def settled(api: Api) -> bool:
            seen.clear()
            seen.update(_decided(api, f"-{turn}-"))
            return len(seen) == wanted

        self._until(settled, f"the scheduler has looked at {wanted} pods")
        with self.api() as api:
            api.delete(_PODS, labelSelector="app", gracePeriodSeconds="0")
        self._until(lambda api: not _decided(api, f"-{turn}-"), "the pods are gone")
        return {
            case.name: (
                sum(placed for name, placed in seen.items() if name.startswith(case.name)),
                sum(name.startswith(case.name) for name in seen),
            )
            for case in self.cases
        }

    def clear(self) -> None:
        with self.api() as api:
            api.delete(_DAEMON_SETS)
        self._until(lambda api: not api.get(_PODS)["items"], "the agents are gone")

    def _create(self, pods: Sequence[Manifest]) -> None:
        with self.api() as api:
            for pod in pods:
                api.create(_PODS, pod)

    def _each(self, items: Sequence[Any], act: Any) -> None:
        def some(part: Sequence[Any]) -> None:
            with self.api() as api:
                for item in part:
                    act(api, item)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(some, [items[start::4] for start in range(4)]))

    def _until(self, holds: Any, what: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        with self.api() as api:
            while not holds(api):
                assert time.monotonic() < deadline, f"not even after {_PATIENCE:.0f} s: {what}"
                time.sleep(0.1)


def _names(api: Api, path: str) -> list[str]:
    return [item["metadata"]["name"] for item in api.get(path)["items"]]


def _ready(api: Api) -> int:
    return sum(
        any(c["type"] == "Ready" and c["status"] == "True" for c in item["status"]["conditions"])
        for item in api.get("/api/v1/nodes")["items"]
        if "conditions" in item["status"] and not _unready_taint(item)
    )


def _unready_taint(node: Manifest) -> bool:
    return any(t["key"].startswith("node.kubernetes.io/") for t in node["spec"].get("taints", ()))


def _agents_settled(api: Api) -> bool:
    sets = api.get(_DAEMON_SETS)["items"]
    return all(
        s["status"].get("observedGeneration")
        and s["status"]["desiredNumberScheduled"] == s["status"]["numberReady"]
        for s in sets
    )


def _decided(api: Api, mark: str) -> dict[str, bool]:
    """Pods that the scheduler has placed or found no place for."""
    found = {}
    for pod in api.get(_PODS)["items"]:
        name = pod["metadata"]["name"]
        if mark not in name:
            continue
        conditions = pod["status"].get("conditions", [])
        refused = any(
            c["type"] == "PodScheduled" and c.get("reason") == "Unschedulable" for c in conditions
        )
        if pod["spec"].get("nodeName") or refused:
            found[name] = bool(pod["spec"].get("nodeName"))
    return found


@pytest.fixture(scope="module")
def ground(lab: Lab) -> Field:
    spec = a_spec("lab", pools=())
    lab.start(spec)
    kubectl = lab.kubectl()
    kubectl("create", "namespace", NAMESPACE)
    made = Field(lab=lab, spec=spec)
    made._until(
        lambda api: "default" in _names(api, f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"),
        "pods are admitted",
    )
    return made


def cases(count: int, seed: int, sizes: Sequence[int]) -> list[Case]:
    """As many of each verdict as far as they come; the rest of the draws is left out."""
    random, features = Random(seed), Counter[str]()
    made: dict[Status, list[Case]] = {status: [] for status in Status}
    drawn: Counter[Status] = Counter()
    number = 0
    while min(map(len, made.values())) < count // 3:
        name = f"c{number}x"
        number += 1
        each = load(random, features, name, random.choice(sizes))
        drawn[each.verdict] += 1
        if len(made[each.verdict]) < count // 3:
            made[each.verdict].append(Case(name=name, load=each))
    print(f"drawn {dict(drawn)}; {dict(sorted(features.items()))}")  # noqa: T201 - what was drawn
    return [case for some in made.values() for case in some]


def compare(ground: Field, sample: Sequence[Case], orders: int, seed: int) -> None:
    random = Random(seed)
    ground.prepare(sample)
    came = {case.name: Counter[bool]() for case in sample}
    for turn in range(orders):
        for name, (scheduled, wanted) in ground.schedule(turn, random).items():
            came[name][scheduled == wanted] += 1
    ground.clear()
    counts: Counter[tuple[str, str]] = Counter()
    for case in sample:
        fits = "always" if not came[case.name][False] else "never"
        fits = "sometimes" if len(+came[case.name]) > 1 else fits
        counts[case.load.verdict.value, fits] += 1
        if case.load.verdict is Status.PROVED:
            assert fits == "always", case
        if case.load.verdict is Status.REFUTED:
            assert fits == "never", case
    print(f"{len(sample)} cases in {orders} orders each: {dict(sorted(counts.items()))}")  # noqa: T201 - the distribution
    for status in Status:
        assert sum(n for (v, _), n in counts.items() if v == status) >= len(sample) / 5


def test_the_scheduler_places_all_that_is_proved_and_never_all_that_is_refuted(
    ground: Field,
) -> None:
    compare(ground, cases(36, SEED, (4, 6, 9, 14)), orders=4, seed=SEED)


def test_the_scheduler_takes_of_a_node_what_we_say_that_a_pod_takes(ground: Field) -> None:
    """Every pod fits on a node of just that size, and on none that lacks one unit of anything."""
    given = list(tight())
    ground.lab.kubectl().apply(RUNTIME)
    ground.prepare([Case(name=each.load.pools[0].labels["case"], load=each.load) for each in given])
    came = ground.schedule(0, Random(SEED))
    ground.clear()
    wrong = [
        each.name for each in given if came[each.load.pools[0].labels["case"]] != (each.fits, 1)
    ]
    print(len(given), "nodes,", sum(each.fits for each in given), "of them large enough")  # noqa: T201 - how many
    assert wrong == []


@pytest.mark.fire
@pytest.mark.parametrize("batch", range(20))
def test_the_scheduler_agrees_on_many_more(ground: Field, batch: int) -> None:
    compare(ground, cases(90, SEED + 1 + batch, (4, 6, 9, 14, 25)), orders=6, seed=batch)
