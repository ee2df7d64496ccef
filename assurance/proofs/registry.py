"""Which proofs there are. Each lives in `assurance.proofs.<name>`, as a function of that name."""

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache

from assurance.guardrails.guardrail import Control, Framework, Severity
from assurance.proofs.findings import Proof


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """What a proof decides, for people and for the policy pack."""

    name: str
    title: str
    """The sentence that it decides."""
    severity: Severity
    frameworks: tuple[Control, ...] = ()
    compares: bool = False
    """Whether it is about a change, not about a stack: only `mlp verdict` can run it."""


_CIS, _NSA = Framework.CIS, Framework.NSA
_ALL = (
    Described(
        name="isolation",
        title="No team reaches another but by declared need, and every declared need is open.",
        severity=Severity.CRITICAL,
        frameworks=(
            Control(_CIS, "5.3.2"),
            Control(_CIS, "5.7.1"),
            Control(_NSA, "Network separation and hardening"),
        ),
    ),
    Described(
        name="tenancy",
        title="Every team's namespace has a quota, container limits, and default-deny both ways.",
        severity=Severity.CRITICAL,
        frameworks=(
            Control(_CIS, "5.3.2"),
            Control(_CIS, "5.7.1"),
            Control(_NSA, "Resource policies"),
            Control(_NSA, "Network separation and hardening"),
        ),
    ),
    Described(
        name="capacity",
        title="What is asked for fits on the pools and into the quotas, in whatever order.",
        severity=Severity.HIGH,
        frameworks=(Control(_NSA, "Resource policies"),),
    ),
    Described(
        name="admission",
        title="Every pod is let in, as its namespace's defaults and limits will have made it.",
        severity=Severity.HIGH,
        frameworks=(Control(_CIS, "5.2.1"), Control(_NSA, "Pod security enforcement")),
    ),
    Described(
        name="guardrails",
        title="Every object, and every resource of a cloud, keeps every guardrail.",
        severity=Severity.HIGH,
    ),
    Described(
        name="order",
        title="Every object comes after what it needs, and goes before it.",
        severity=Severity.MEDIUM,
    ),
    Described(
        name="identity",
        title="Outside the cluster every account may do what it needs, and nothing else.",
        severity=Severity.CRITICAL,
        frameworks=(
            Control(Framework.CIS_EKS, "5.2.1"),
            Control(Framework.FSBP, "IAM.1"),
            Control(Framework.MCSB, "PA-7"),
        ),
    ),
    Described(
        name="governance",
        title="Teams have the bounds and roles that they asked for; what is fetched has a digest.",
        severity=Severity.HIGH,
        frameworks=(Control(_CIS, "5.2.1"), Control(_NSA, "Resource policies")),
    ),
    Described(
        name="replacement",
        title="Nothing that holds state is deleted or made anew, unless somebody answers for it.",
        severity=Severity.CRITICAL,
        compares=True,
    ),
    Described(
        name="waivers",
        title="Every waiver is needed, and its last day is not over.",
        severity=Severity.MEDIUM,
        compares=True,
    ),
)
PROOFS = tuple(each.name for each in _ALL)


@cache
def available() -> tuple[Described, ...]:
    """Proofs that there are, of a stack alone."""
    return tuple(each for each in every() if not each.compares)


@cache
def every() -> tuple[Described, ...]:
    """The same, and those of a change."""
    found = importlib.util.find_spec
    return tuple(each for each in _ALL if found(f"assurance.proofs.{each.name}"))


def proof(name: str) -> Proof:
    """The function itself, loaded now."""
    found: Proof = getattr(importlib.import_module(f"assurance.proofs.{name}"), name)
    return found
