"""Every stack file, rehearsed once for all tests that want its graph."""

from datetime import date
from functools import cache
from pathlib import Path

from assurance.graph.graph import Graph
from operations.rehearsal import Rehearsal, rehearse

ROOT = Path(__file__).parents[1]
STACK_FILES = (*sorted(ROOT.glob("Pulumi.*.yaml")), ROOT / "tests/data/stacks/Pulumi.teams.yaml")
"""The stacks themselves, and one whose platform is another stack's."""


@cache
def graphs() -> dict[str, Graph]:
    """The graph of each stack, warm, by the stack's name."""
    rehearsal = Rehearsal(root=ROOT, today=date(2026, 1, 1), documents=True)
    found = {}
    for done in rehearse(rehearsal, STACK_FILES, ["warm"]):
        assert done.error is None, f"{done.stack}: {done.error}"
        assert done.document
        found[done.stack] = Graph.from_json(done.document["graph"])
    return found
