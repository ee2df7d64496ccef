"""What a guardrail is: a rule about single objects, as data."""

from dataclasses import dataclass
from enum import StrEnum

from assurance.graph.values import plural
from assurance.guardrails.predicate import AnyOf, Predicate
from assurance.guardrails.scope import EVERYWHERE, Scope


class Severity(StrEnum):
    """How much harm a violation does."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Framework(StrEnum):
    """Catalogues of controls that people are audited against."""

    PSS = "Pod Security Standards v1.35"
    CIS = "CIS Kubernetes Benchmark 1.9"
    NSA = "NSA/CISA Kubernetes Hardening Guide 1.2"


@dataclass(frozen=True, slots=True, order=True)
class Control:
    """One control of a framework, by its number or, where it has none, by its heading."""

    framework: Framework
    id: str


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """A kind of object, of whatever version."""

    group: str
    """Empty for the core group."""
    kind: str

    @property
    def resource(self) -> str:
        """As the API's paths spell it."""
        return plural(self.kind)


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of some kinds; the predicate is about the object."""

    name: str
    """A part of the policies' names."""
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class PodTemplates:
    """Every pod, wherever its template stands; the predicate is about `metadata` and `spec`."""

    name: str = "pods"


ARRIVING_PODS = Objects("arriving-pods", (Kind("", "Pod"),))
"""Pods as they arrive, once a LimitRange and the ServiceAccount have added theirs."""
PODS = PodTemplates()


NOBODY = AnyOf(())
"""Holds for no object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Selector:
    """What a guardrail is about."""

    of: Objects | PodTemplates
    scope: Scope = EVERYWHERE
    exempt: Predicate = NOBODY
    """About the object: what this holds for is left alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrail:
    """A rule that single objects must keep."""

    name: str
    """In kebab case; the policy on the cluster is called `ml-platform-<name>`."""
    title: str
    """The sentence that it enforces."""
    severity: Severity
    frameworks: tuple[Control, ...]
    applies: Selector
    require: Predicate
    remedy: str
    page: str
    """Why, in Markdown, for the rule's page."""
