"""Every stack file, rehearsed once for all tests that want its graph."""

from datetime import date
from functools import cache
from pathlib import Path

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_from_json
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
def asked(*files: Path) -> dict[str, tuple[Graph, Intent]]:
    """The graph and the intent of each stack."""
    done = rehearsed(*(files or STACK_FILES))
    written = {name: each.document or {} for name, each in done.items()}
    return {
        name: (Graph.from_json(each["graph"]), intent_from_json(each["intent"]))
        for name, each in written.items()
    }


@cache
def graphs(*files: Path) -> dict[str, Graph]:
    """The graph of each stack, warm, by the stack's name."""
    return {name: graph for name, (graph, _) in asked(*files).items()}
