"""What `mlp connectivity` predicts is what packets do: by Service and by address, both ways."""

import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tests.e2e.laptop import cluster_of
from tests.kind.conftest import Place
from tests.kind.needs import (
    ANY_OTHER,
    TEAMS,
    Probe,
    Way,
    differences,
    predicted,
    probes,
    teams,
)
from tests.kind.talking import Heard, Pod, a_pod, heard, loading, pods

pytestmark = pytest.mark.kind

STACK = "packets"
SETS = 20
LEAST = 0.2
TODAY = "2026-01-31"
"""For waivers and dates, of which these stacks have none; the project is in no repository."""
SETTLED = 20.0
"""Seconds for policies to reach every node's kernel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What is said of a stack without a cluster, and the policies that it is said of."""

    ways: set[Way]
    policies: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A cluster on which every pod of every team can be asked to ask."""

    place: Place
    kubectl: Kubectl
    pods: Sequence[Pod]

    @property
    def probes(self) -> list[Probe]:
        return list(probes(self.pods))

    def heard(self) -> Heard:
        asked: dict[Pod, list[str]] = {}
        for probe in self.probes:
            asked.setdefault(probe.asking, []).append(probe.url)
        return heard(self.kubectl, asked)

    def predict(self, seeds: Iterable[int]) -> list[Prediction]:
        """By the command line, from stack files alone."""
        names = [f"needs-{seed}" for seed in seeds]
        for seed, name in zip(seeds, names, strict=True):
            self.place.write(name, teams(seed))
        done = self.place.project.mlp(
            *("connectivity", "--stack", *names, "--mode", "cold", "--json", "-"),
            *("--today", TODAY),
        )
        for name in names:
            (self.place.project.directory / f"Pulumi.{name}.yaml").unlink()
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        runs = {run["graph"]["stack"]: run for run in said.get("runs", [said])}
        return [self._prediction(runs[name]) for name in names]

    def _prediction(self, run: Mapping[str, Any]) -> Prediction:
        policies = [
            each["inputs"]
            for each in run["graph"]["resources"]
            if each["type"].endswith(":NetworkPolicy")
        ]
        ends = {pod.end for pod in self.pods}
        return Prediction(ways=predicted(run["connections"], ends), policies=policies)

    def enforce(self, policies: Sequence[Mapping[str, Any]]) -> None:
        """Exactly these policies, in the teams' namespaces."""
        wanted = {(p["metadata"]["namespace"], p["metadata"]["name"]) for p in policies}
        self.kubectl(
            *("apply", "--server-side", "--force-conflicts", "-f", "-"), manifests=policies
        )
        for team in TEAMS:
            there = self.kubectl.json("get", "networkpolicies", "-n", team)["items"]
            names = [item["metadata"]["name"] for item in there]
            if former := [name for name in names if (team, name) not in wanted]:
                self.kubectl("delete", "networkpolicies", *former, "-n", team)

    def differing(self, expected: Collection[Way], seconds: float = SETTLED) -> list[str]:
        """What still differs when packets have had the time to do otherwise."""
        deadline = time.monotonic() + seconds
        while found := differences(expected, self.probes, self.heard()):
            if time.monotonic() > deadline:
                return found
        return []


@pytest.fixture(scope="module")
def stage(place: Place) -> Iterator[Stage]:
    place.write(STACK, teams(0))
    with loading(cluster_of(STACK)):
        place.project.outcome("up", STACK, "--yes")
    kubectl = place.kubectl(STACK)
    for team in TEAMS:
        kubectl.apply(_stray(team))
        kubectl("wait", "--for=condition=Ready", "pod/stray", "-n", team, "--timeout=60s")
    made = Stage(place=place, kubectl=kubectl, pods=pods(kubectl, TEAMS))
    assert len(made.pods) == 3 * len(TEAMS)
    yield made
    place.project.outcome("destroy", STACK, "--yes")


def _stray(team: str) -> dict[str, Any]:
    """A pod in a team's namespace that is none of its workloads."""
    pod = a_pod(team, "stray")
    pod["spec"]["containers"][0]["env"] = [{"name": "TALK_PORTS", "value": "8080,9090,7070"}]
    return pod


def _say(words: str) -> None:
    print(words)  # noqa: T201 - counted for people


def test_what_is_predicted_is_what_packets_do(stage: Stage) -> None:
    """And the cluster has what the program registers, before anything is applied by hand."""
    many_open = many_closed = 0
    for seed, prediction in enumerate(stage.predict(range(SETS))):
        if seed > 0:
            stage.enforce(prediction.policies)
        left = stage.differing(prediction.ways)
        assert left == [], f"seed {seed}: {len(left)} of {len(stage.probes)} differ: {left[:5]}"
        opened = sum(probe.way in prediction.ways for probe in stage.probes)
        many_open, many_closed = many_open + opened, many_closed + len(stage.probes) - opened
        _say(f"seed {seed}: {opened} open, {len(stage.probes) - opened} closed")
    total = many_open + many_closed
    _say(f"{SETS} sets of needs, {total} probes: {many_open} open, {many_closed} closed")
    assert min(many_open, many_closed) >= LEAST * total


def test_an_error_in_what_is_predicted_is_heard(stage: Stage) -> None:
    """One way more and one way less, for every fifth way that there is."""
    [prediction] = stage.predict([1])
    stage.enforce(prediction.policies)
    assert stage.differing(prediction.ways) == []
    answers = stage.heard()
    every = sorted({probe.way for probe in stage.probes})[::5]
    assert len(every) > 20
    for way in every:
        planted = prediction.ways ^ {way}
        assert differences(planted, stage.probes, answers), way


def test_a_hole_in_the_cluster_that_nobody_predicted_is_heard(stage: Stage) -> None:
    [prediction] = stage.predict([2])
    hole = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "hole", "namespace": TEAMS[0]},
        "spec": {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{}],
            "egress": [{}],
        },
    }
    stage.enforce([*prediction.policies, hole])
    left = stage.differing(prediction.ways, seconds=5)
    assert left
    assert all(f"{TEAMS[0]}/" in each for each in left)
    lost = [p for p in prediction.policies if not p["metadata"]["name"].startswith("allow-dns")]
    stage.enforce(lost)
    left = stage.differing(prediction.ways, seconds=5)
    assert left, "without DNS, nobody finds a Service"
    assert all("svc.cluster.local" in each for each in left)
    assert any(pod.workload == ANY_OTHER for pod in stage.pods)
