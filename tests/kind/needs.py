"""Sets of needs by chance, what is predicted of them, and how that differs from what is heard."""

import random
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.kind.images import TALK
from tests.kind.talking import Heard, Pod

TEAMS = ("ads", "fraud", "risk")
WORKLOADS = ("api", "batch")
DECLARED = (8080, 9090)
UNDECLARED = 7070
"""Every pod listens there as well, and nobody can need it."""
ANY_OTHER = "*"
_NAMED_SO = "any other pod"

Way = tuple[str, str, int]
"""Who asks (`namespace/workload`), who is asked, at which port of the pod."""


def teams(seed: int) -> dict[str, Any]:
    """The same workloads whatever the seed; who needs whom, and how much of it, is chance."""
    chance = random.Random(seed)
    made: dict[str, Any] = {}
    for team in TEAMS:
        offers = [f"team.{other}.{name}" for other in TEAMS for name in WORKLOADS if other != team]
        made[team] = {
            "quota": {"cpu": 2, "memory": "2Gi"},
            "open_within": chance.random() < 0.6,
            "needs": _needs(chance, offers, 0.25),
            "workloads": {
                name: {
                    "image": TALK,
                    "ports": list(DECLARED),
                    "published": True,
                    "replicas": 1,
                    "env": {"TALK_PORTS": ",".join(map(str, (*DECLARED, UNDECLARED)))},
                    "needs": _needs(chance, [*offers, *_siblings(team, name)], 0.55),
                }
                for name in WORKLOADS
            },
        }
    return made


def _siblings(team: str, name: str) -> Iterator[str]:
    return (f"team.{team}.{other}" for other in WORKLOADS if other != name)


def _needs(chance: random.Random, offers: Iterable[str], often: float) -> list[Any]:
    chosen = [offer for offer in offers if chance.random() < often]
    return [chance.choice([to, {"to": to, "ports": [chance.choice(DECLARED)]}]) for to in chosen]


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """One question: who asks whom, on which road, and at which port of the pod that means."""

    asking: Pod
    url: str
    asked: Pod
    port: int

    @property
    def way(self) -> Way:
        return (self.asking.end, self.asked.end, self.port)


def probes(pods: Collection[Pod]) -> Iterator[Probe]:
    """Every pod asks every other one: at its address, and through its Service if it has one."""
    for asking in pods:
        for asked in pods:
            if asking == asked:
                continue
            for port in (*DECLARED, UNDECLARED):
                url = f"http://{asked.address}:{port}/"
                yield Probe(asking=asking, url=url, asked=asked, port=port)
            for port in DECLARED if asked.workload != ANY_OTHER else ():
                url = f"http://{asked.workload}.{asked.namespace}.svc.cluster.local.:{port}/"
                yield Probe(asking=asking, url=url, asked=asked, port=port)


def predicted(connections: Iterable[Mapping[str, Any]], ends: Collection[str]) -> set[Way]:
    """What `mlp connectivity` calls open, between these ends."""
    found: set[Way] = set()
    for one in connections:
        pairs = ((a, b) for a in _ends(one["source"]) for b in _ends(one["target"]) if a != b)
        for source, target in pairs:
            if source in ends and target in ends:
                found |= {(source, target, port) for port in _ports(one["ports"])}
    return found


def _ends(words: str) -> list[str]:
    """`ads/Deployment api, batch` → `ads/api` and `ads/batch`."""
    namespace, slash, rest = words.partition("/")
    if not slash:
        return []
    assert " more" not in rest, f"not every name is told: {words}"
    names = (each if each == _NAMED_SO else each.split()[-1] for each in rest.split(", "))
    return [f"{namespace}/{ANY_OTHER if name == _NAMED_SO else name}" for name in names]


def _ports(spans: Iterable[Mapping[str, Any]]) -> set[int]:
    tcp = [span for span in spans if span["protocol"] == "TCP"]
    asked = (*DECLARED, UNDECLARED)
    return {port for port in asked for s in tcp if s["first"] <= port <= s["last"]}


def differences(expected: Collection[Way], asked: Iterable[Probe], heard: Heard) -> list[str]:
    """Where an answer is missing, comes unexpectedly, or is nobody's that was asked."""
    return [
        f"{' → '.join(probe.way[:2])}:{probe.port} by {probe.url}: {said!r}, and is to be "
        f"{'open' if probe.way in expected else 'closed'}"
        for probe in asked
        if (said := heard[probe.asking, probe.url])
        != (f"talk {probe.asked.name}" if probe.way in expected else None)
    ]
