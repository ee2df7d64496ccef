"""What there is before a change, or after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.graph.decoding import decode
from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Finding, Result


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """Stacks that share a cluster, with everything that was decided about them."""

    graph: Graph
    intent: Intent
    results: Mapping[str, Result] = field(default_factory=dict)


def results_of(written: Mapping[str, Mapping[str, Any]]) -> dict[str, Result]:
    """What was decided, as the document that `mlp prove --json` writes says it."""
    return {name: _result(found) for name, found in sorted(written.items())}


def _result(written: Mapping[str, Any]) -> Result:
    found = tuple(decode(Finding, each, "finding") for each in written["findings"])
    return Result(findings=found, population=dict(written["population"]))
