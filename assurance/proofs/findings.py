"""What a proof says: findings, how many things they are about, and how sure they are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from assurance.graph.codec import encode
from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.resource import Origin
from assurance.graph.values import Waiver


class Status(StrEnum):
    """How a finding came out."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that a proof has decided, or could not decide."""

    proof: str
    """`isolation`, `capacity`, …"""
    rule: str
    """What within the proof, such as `isolation/team-reaches-team`."""
    status: Status
    subject: str
    """What it is about: an object, a team, a pair of them."""
    message: str
    witness: Mapping[str, Any] = field(default_factory=dict)
    """What shows it, as plain JSON: anybody can check it without the proof."""
    remedy: str = ""
    """What to do; empty for what is proved."""
    origin: Origin = field(default_factory=Origin)
    assumes: tuple[str, ...] = ()
    """What it rests on, such as `chart grafana` or `the network plugin enforces policies`."""
    waiver: Waiver | None = None
    """Who answers for it; it does not count until the waiver's last day is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one proof found, and about how many things."""

    findings: tuple[Finding, ...]
    population: Mapping[str, int] = field(default_factory=dict)
    """Counts by what was counted: `pods`, `pairs`, `flows`."""

    def count(self, status: Status) -> int:
        """How many findings came out so."""
        return sum(1 for finding in self.findings if finding.status is status)

    def to_json(self) -> dict[str, Any]:
        """The document's `results.<proof>`."""
        return {
            "findings": [encode(finding) for finding in self.findings],
            "population": dict(sorted(self.population.items())),
        }


Proof = Callable[[Graph, Intent], Result]
"""Replacement alone takes two graphs."""


class Tells(Protocol):
    """Makes findings of one proof."""

    def __call__(
        self, rule: str, status: Status, subject: str, message: str, **more: Any
    ) -> Finding:
        """`rule` without the proof's name; `more` are the finding's other fields."""
        ...


def tells(proof: str) -> Tells:
    """How a proof says things."""

    def finding(rule: str, status: Status, subject: str, message: str, **more: Any) -> Finding:
        named = f"{proof}/{rule}"
        return Finding(
            proof=proof, rule=named, status=status, subject=subject, message=message, **more
        )

    return finding


NOTHING = "nothing-to-decide"
"""The rule of a proof that found nothing of what it is about."""
_ORDER = (Status.REFUTED, Status.UNKNOWN, Status.PROVED)


def result(
    proof: str, findings: Iterable[Finding], population: Mapping[str, int], *, about: str
) -> Result:
    """Refuted first; where there is nothing of what the proof is `about`, nothing is proved.

    `about` is a key of the population.
    """
    found = list(findings)
    if not population.get(about):
        nothing = tells(proof)(
            NOTHING,
            Status.UNKNOWN,
            "graph",
            f"nothing to decide: the graph holds no {about}",
            remedy="check that the right stack or folder was read",
        )
        found = [*(f for f in found if f.status is not Status.PROVED), nothing]
    found.sort(key=lambda f: (_ORDER.index(f.status), f.rule, f.subject, f.message))
    return Result(findings=tuple(found), population=dict(population))


def assuming(found: Result, *assumptions: str) -> Result:
    """The same result, each finding resting on more."""
    more = (replace(f, assumes=tuple(sorted({*f.assumes, *assumptions}))) for f in found.findings)
    return replace(found, findings=tuple(more))
