"""What this clone's proofs decide about each family of stacks, whoever rehearsed it; remembered."""

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cache

from assurance.graph.decoding import DecodeError
from assurance.graph.graph import Graph, merged
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.verdict.fault import Fault
from assurance.verdict.side import Side, results_of
from operations.proving import Proved, prove
from operations.venv import CLONE
from operations.verdict import store
from operations.verdict.rehearsed import FamilyJob, faults_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a family."""

    side: Side | None = None
    faults: tuple[Fault, ...] = ()


def outcome(job: FamilyJob) -> Outcome:
    """What is decided about all of its stacks together, or why nothing can be."""
    faults = job.faults()
    if not faults:
        try:
            return Outcome(side=_side(job))
        except (DecodeError, IntentError) as error:
            faults = faults_of({"error": f"{job.family.name}: {error}"})
    return Outcome(faults=tuple(dict.fromkeys(faults)))


def _side(job: FamilyJob) -> Side:
    graph = merged(Graph.from_json(each["graph"]) for each in job.documents())
    intent = intent_from_graph(graph)
    key = _key(job)
    results = store.recalled(key)
    if results is None:
        run = Proved(
            name=job.family.name, graph=graph, intent=intent, today=job.today, levels=job.levels
        )
        results = {name: found.to_json() for name, found in prove(run).results.items()}
        store.store(key, results)
    return Side(graph=graph, intent=intent, results=results_of(results))


def _key(job: FamilyJob) -> str:
    """The hash of everything that is looked at, and of what looks."""
    told = (job.family.name, job.today.isoformat(), job.levels, job.documents())
    return hashlib.sha256(f"{_judge()}{json.dumps(told, sort_keys=True)}".encode()).hexdigest()


@cache
def _judge() -> str:
    """The hash of what decides: proofs of another version may say something else."""
    found = hashlib.sha256(sys.version.encode())
    for folder in ("assurance", "operations"):
        for path in sorted((CLONE / folder).rglob("*.py")):
            found.update(f"{path.relative_to(CLONE)}\0".encode() + path.read_bytes())
    return found.hexdigest()
