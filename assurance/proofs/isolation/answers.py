"""Where routes answer: hosts and paths, and which of them one request can be for."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from assurance.graph.resource import Origin
from assurance.proofs.isolation.gateways import common_host

EXACT, PREFIX = "Exact", "PathPrefix"
_PATHS = {"Exact": EXACT, "PathPrefix": PREFIX, "Prefix": PREFIX}
SURE = frozenset({EXACT, PREFIX})
"""Kinds of paths that are what they say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A place of a gateway where somebody's route answers."""

    owner: str
    door: str
    host: str
    path: str
    kind: str
    """`PathPrefix`, `Exact`, or something that only its controller reads."""
    by: str
    origin: Origin

    def __str__(self) -> str:
        return f"{self.host}{self.path}"

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the path."""
        return tuple(name for name in self.path.split("/") if name)


def kind_of(stated: Any) -> str:
    """The kind of a path, by its name in either API."""
    return _PATHS.get(str(stated or PREFIX), "expression")


def pairs(answers: list[Answer]) -> Iterator[tuple[Answer, Answer]]:
    """Answers whose hosts have something in common."""
    by_host: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_host[answer.host].append(answer)
    for alike in by_host.values():
        yield from combinations(alike, 2)
    wide = [host for host in by_host if host.startswith("*")]
    for number, host in enumerate(wide):
        for other, some in by_host.items():
            if other not in wide[: number + 1] and common_host(host, other) is not None:
                yield from ((one, two) for one in by_host[host] for two in some)


def paths_meet(one: Answer, other: Answer) -> bool:
    """Whether one path can be both; nobody knows what an expression matches."""
    if "expression" in {one.kind, other.kind}:
        return True
    if one.kind == other.kind == EXACT:
        return one.path == other.path
    short, long = sorted((one.steps, other.steps), key=len)
    exact = EXACT in {one.kind, other.kind}
    wide = one.steps if one.kind == PREFIX else other.steps
    return long[: len(short)] == short and (not exact or wide == short)
