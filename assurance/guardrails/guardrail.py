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
    CIS_AWS = "CIS AWS Foundations Benchmark 3.0"
    CIS_AZURE = "CIS Microsoft Azure Foundations Benchmark 2.0"
    CIS_EKS = "CIS Amazon EKS Benchmark 1.5"
    CIS_AKS = "CIS Azure Kubernetes Service Benchmark 1.4"
    FSBP = "AWS Foundational Security Best Practices 1.0"
    MCSB = "Microsoft Cloud Security Benchmark 1.0"


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


@dataclass(frozen=True, slots=True)
class Resources:
    """Resources of a cloud; the predicate is about their inputs, as `surroundings` shows them."""

    name: str
    types: tuple[str, ...]
    """Pulumi's type tokens: `aws:rds/instance:Instance`."""


ARRIVING_PODS = Objects("arriving-pods", (Kind("", "Pod"),))
"""Pods as they arrive, once a LimitRange and the ServiceAccount have added theirs."""
PODS = PodTemplates()


NOBODY = AnyOf(())
"""Holds for no object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Selector:
    """What a guardrail is about."""

    of: Objects | PodTemplates | Resources
    scope: Scope = EVERYWHERE
    exempt: Predicate = NOBODY
    """About the object: what this holds for is left alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrail:
    """A rule that single objects must keep."""

    name: str
    """In kebab case; a policy on the cluster is called `ml-platform-<name>`."""
    title: str
    """The sentence that it enforces."""
    severity: Severity
    frameworks: tuple[Control, ...]
    applies: Selector
    require: Predicate
    remedy: str
    page: str
    """Why, in Markdown, for the rule's page."""
