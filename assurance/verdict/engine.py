"""What the rehearsal says will happen, held against what the engine says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assurance.graph.graph import Graph
from assurance.proofs.replacement import subject
from assurance.proofs.replacement.steps import Change, Step

_FOLLOWS = "pulumi:index:Stash"
"""Gates follow their workloads, by marks that only the cluster knows."""


def as_engine(
    told: Sequence[Step], engine: Mapping[str, Change], before: Graph, after: Graph
) -> tuple[Step, ...]:
    """The engine's own steps, each with what the rehearsal knows about it."""
    known = {step.resource.urn: step for step in told}
    found = []
    for urn, change in sorted(engine.items()):
        step = known.get(urn)
        if step is not None and step.change is change:
            found.append(replace(step, doubt=""))
        elif urn in before.resources or urn in after.resources:
            old, new = before.resources.get(urn), after.resources.get(urn)
            differences = step.differences if step else ()
            found.append(Step(change=change, before=old, after=new, differences=differences))
    return tuple(found)


def differing(told: Sequence[Step], engine: Mapping[str, Change] | None) -> tuple[str, ...]:
    """One line for each resource about which they do not agree."""
    if engine is None:
        return ()
    known = {step.resource.urn: step for step in told}
    found = []
    for urn in sorted({*known, *engine}):
        step, change = known.get(urn), engine.get(urn)
        kind, _, name = urn.rpartition("$")[2].rpartition("::")
        if _FOLLOWS in kind or (step.change if step else None) is change:
            continue
        what = subject(step) if step else f"{kind} {name}"
        said = step.change if step else "nothing"
        found.append(f"{what}: the rehearsal says {said}, the engine {change or 'nothing'}")
    return tuple(found)
