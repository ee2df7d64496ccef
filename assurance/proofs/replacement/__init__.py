"""Nothing stateful is deleted or made anew without somebody who answers for it.

Takes two graphs, before and after; a waiver of the finding is what lets it pass.
"""

from collections.abc import Iterator, Sequence

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import object_of
from assurance.proofs.findings import Finding, Result, Status, result, tells
from assurance.proofs.replacement.stateful import LOST, state_of
from assurance.proofs.replacement.steps import Change, Step, steps

PROOF = "replacement"
_said = tells(PROOF)
_STEPS = "the engine changes, replaces and deletes as its providers' rules say"


def replacement(before: Graph, after: Graph, _intent: Intent) -> Result:
    """The loss of anything that holds state."""
    return of_steps(before, steps(before, after))


def of_steps(before: Graph, taken: Sequence[Step]) -> Result:
    """The same of steps that are known already."""
    stateful = {urn: s for urn, r in before.resources.items() if (s := state_of(r, before))}
    found = list(_findings(taken, stateful))
    population = {
        "resources": len(before.resources),
        "stateful resources": len(stateful),
        "deletions and replacements": sum(map(_takes_away, taken)),
    }
    if not found and before.resources:
        found = [
            _said(
                "no-loss",
                Status.PROVED,
                "stack",
                f"none of its {len(stateful)} stateful resources is deleted or replaced",
                assumes=(_STEPS,),
            )
        ]
    return result(PROOF, found, population, about="resources")


def _takes_away(step: Step) -> bool:
    return step.change in {Change.DELETE, Change.REPLACE} and not step.kept


def _findings(taken: Sequence[Step], stateful: dict[str, str]) -> Iterator[Finding]:
    for step in taken:
        state = stateful.get(step.before.urn) if step.before is not None else None
        if state is None or step.before is None:
            continue
        if _takes_away(step) or (step.change is Change.UPDATE and step.doubt):
            yield _finding(step, state)


def _finding(step: Step, state: str) -> Finding:
    assert step.before is not None
    doubt = f"; {step.doubt}" if step.doubt else ""
    because = f" because of {', '.join(step.because[:3])}" if step.because else ""
    done = {"delete": "is deleted", "replace": "is made anew", "update": "may be made anew"}
    return _said(
        f"{state}-lost",
        Status.UNKNOWN if step.doubt else Status.REFUTED,
        subject(step),
        f"{done[step.change]}{because}: what is lost is {LOST[state]}{doubt}",
        witness={"urn": step.before.urn, "change": step.change.value, "because": [*step.because]},
        remedy="leave it as it is; or, once its data is safe, sign a waiver of it in waivers.yaml",
        origin=step.resource.origin,
        assumes=(_STEPS,),
    )


def subject(step: Step) -> str:
    """What a step is about, as findings name it: an object, or a type and a name."""
    item = object_of(step.resource)
    if item is not None:
        return str(item)
    return f"{step.resource.type.rpartition(':')[2]} {step.resource.name}"
