"""The verdict of a preview: from what is deployed to what the engine itself would do."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.graph.readers.state import graph_of_state
from assurance.graph.resource import Origin, Resource
from assurance.graph.values import Level
from assurance.proofs.replacement.steps import Change
from assurance.verdict.side import Side
from assurance.verdict.verdict import Compared, Verdict, verdict
from components.config import read_stack_file
from components.config.signed import FILE as WAIVERS
from components.config.signed import read_signed
from components.config.today import run_day
from operations.engine.engine import Engine
from operations.engine.events import Run
from operations.errors import UserError
from operations.proving import Proved, prove, read_levels
from operations.stacks import stack_path
from operations.verdict.family import families
from operations.verdict.judging import outcome
from operations.verdict.rehearsed import FamilyJob, rehearse_all
from operations.verdict.repository import working
from operations.verdict.work import levels_in

_CHANGES = {"import": Change.CREATE} | {change.value: change for change in Change}


@contextmanager
def judging(project: Path, stack: str) -> Iterator[Future[Side]]:
    """Rehearse and prove what a stack would be, while the engine is busy."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(_rehearsed, project, stack)


def _rehearsed(project: Path, stack: str) -> Side:
    """With whatever stands on the same cluster; nothing is done twice."""
    tree = working(project)
    family = next(each for each in families(tree) if stack in each.stacks)
    job = FamilyJob(family, run_day(), levels_in(tree, family)[0])
    if missing := job.missing():
        rehearse_all([(job, each) for each in missing], project)
    found = outcome(job)
    if found.side is None:
        raise UserError("\n".join(map(str, found.faults)))
    return found.side


def told(engine: Engine, run: Run, after: Side) -> Verdict:
    """What the preview comes to, from what is deployed to the engine's own steps."""
    project, stack, today = engine.target.project, engine.target.stack, run_day()
    state = graph_of_state(engine.export()["deployment"], stack)
    changes = {urn: _CHANGES[c] for c, urns in run.changes().items() for urn in urns}
    own = f"urn:pulumi:{stack}::"
    others = [r for urn, r in after.graph.resources.items() if not urn.startswith(own)]
    resources = (*_as_registered(state, after.graph, changes), *others)
    deployed = graph_of(resources, stack=after.graph.stack, mode="warm")
    signed = read_signed(project)
    levels = read_levels(project, stack)
    compared = Compared(
        name=after.graph.stack,
        before=_deployed(deployed, levels, today) if state.resources else None,
        after=after,
        lines={f"Pulumi.{stack}.yaml": _lines(project, stack), WAIVERS: signed.lines},
        signed={each.waiver(): Origin(config=key) for key, each in signed.waivers.items()},
        levels=levels,
        levels_before=levels,
        engine=changes,
    )
    return verdict([compared], base="deployed", head="working tree", today=today)


def _as_registered(state: Graph, after: Graph, changes: Mapping[str, Change]) -> Iterator[Resource]:
    """What the engine finds unchanged is as registered; a provider spells it in its own way."""
    for urn, deployed in state.resources.items():
        registered = after.resources.get(urn)
        same = registered is not None and deployed.custom and urn not in changes
        yield registered if registered is not None and same else deployed


def _deployed(graph: Graph, levels: Mapping[str, Level], today: date) -> Side:
    """What is deployed, proved by the same rules as what is to be."""
    try:
        intent = intent_from_graph(graph)
    except IntentError:
        intent = Intent()
    run = Proved(name=graph.stack, graph=graph, intent=intent, today=today, levels=levels)
    return Side(graph=graph, intent=intent, results=prove(run).results)


def _lines(project: Path, stack: str) -> Mapping[str, int]:
    return read_stack_file(stack_path(project, stack)).lines
