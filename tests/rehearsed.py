"""Every stack file, rehearsed once for all tests that want its graph."""

from datetime import date
from functools import cache
from pathlib import Path

from assurance.graph.graph import Graph
from operations.rehearsal import Rehearsal, Rehearsed, rehearse

ROOT = Path(__file__).parents[1]
STACK_FILES = (*sorted(ROOT.glob("Pulumi.*.yaml")), ROOT / "tests/data/stacks/Pulumi.teams.yaml")
"""The stacks themselves, and one whose platform is another stack's."""


@cache
def rehearsed(*files: Path) -> dict[str, Rehearsed]:
    """Stack files, warm, by the stack's name."""
    rehearsal = Rehearsal(root=ROOT, today=date(2026, 1, 1), documents=True)
    found = {}
    for done in rehearse(rehearsal, files, ["warm"]):
        assert done.error is None, f"{done.stack}: {done.error}"
        assert done.document
        found[done.stack] = done
    return found


@cache
def graphs(*files: Path) -> dict[str, Graph]:
    """The graph of each stack, warm, by the stack's name."""
    done = rehearsed(*(files or STACK_FILES))
    return {name: Graph.from_json((each.document or {})["graph"]) for name, each in done.items()}
