"""What a rule is: a pure function over a graph, with a name and a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from assurance.graph.graph import Graph

Severity = Literal["low", "medium", "high", "critical"]
Scope = Literal["resource", "stack"]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Fault:
    """One violation: subject, what is wrong with it, what to do. No value of a secret."""

    urn: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Unknown:
    """Something that could not be judged yet, and because of what."""

    urn: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """All that a rule found, and how many things it looked at."""

    faults: tuple[Fault, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    population: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule; its name is the sentence that it enforces."""

    name: str
    description: str
    scope: Scope
    """Judged for each resource on its own, or once for the whole stack."""
    severity: Severity
    judge: Callable[[Graph], Judgement]
