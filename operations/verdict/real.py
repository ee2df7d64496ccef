"""The verdict of a preview: from what is deployed to what the engine itself would do."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.graph.readers.state import graph_of_state
from assurance.graph.resource import Origin
from assurance.proofs.replacement.steps import Change
from assurance.verdict.side import Side
from assurance.verdict.verdict import Compared, Verdict, verdict
from components.config import read_stack_file
from components.config.signed import FILE as WAIVERS
from components.config.signed import Signed, read_signed
from operations.engine.engine import Engine
from operations.engine.events import Run
from operations.proving import Proved, prove
from operations.rehearsal import Rehearsal, commit_day
from operations.sources import of_stacks
from operations.stacks import stack_path

_CHANGES = {"import": Change.CREATE} | {change.value: change for change in Change}


@contextmanager
def rehearsing(project: Path, stack: str, *, debug: bool) -> Iterator[Future[Proved]]:
    """Rehearse and prove what a stack would be, while the engine is busy."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(_proved, project, stack, debug=debug)


def _proved(project: Path, stack: str, *, debug: bool) -> Proved:
    rehearsal = Rehearsal(root=project, today=commit_day(project), documents=True)
    [material] = of_stacks([stack_path(project, stack)], ["warm"], rehearsal, debug=debug)
    return prove(material.run, assumptions=material.assumptions)


def told(engine: Engine, run: Run, after: Proved) -> Verdict:
    """What the preview comes to."""
    stack, signed = engine.target.stack, read_signed(engine.target.project)
    state = graph_of_state(engine.export()["deployment"], stack)
    own = f"urn:pulumi:{stack}::"
    others = [r for urn, r in after.graph.resources.items() if not urn.startswith(own)]
    deployed = graph_of([*state.resources.values(), *others], stack=after.graph.stack, mode="warm")
    changes = {urn: _CHANGES[change] for change, urns in run.changes().items() for urn in urns}
    compared = Compared(
        name=after.name,
        before=_deployed(deployed, after) if state.resources else None,
        after=Side(graph=after.graph, intent=after.intent, results=after.results),
        lines=_lines(stack_path(engine.target.project, stack), signed),
        signed={each.waiver(): Origin(config=key) for key, each in signed.waivers.items()},
        levels=after.levels,
        levels_before=after.levels,
        engine=changes,
    )
    return verdict([compared], base="deployed", head="working tree", today=after.today)


def _deployed(graph: Graph, after: Proved) -> Side:
    """What is deployed, proved by the same rules as what is to be."""
    try:
        intent = intent_from_graph(graph)
    except IntentError:
        intent = Intent()
    run = Proved(
        name=after.name, graph=graph, intent=intent, today=after.today, levels=after.levels
    )
    return Side(graph=graph, intent=intent, results=prove(run).results)


def _lines(path: Path, signed: Signed) -> Mapping[str, Mapping[str, int]]:
    return {path.name: read_stack_file(path).lines, WAIVERS: signed.lines}
