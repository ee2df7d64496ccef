"""The one sentence of a verdict, and how it counts."""

from collections import Counter
from collections.abc import Iterable

from assurance.proofs.findings import Status
from assurance.proofs.replacement.steps import Change, Step
from assurance.verdict.happening import ORDER, objects
from assurance.verdict.items import named
from assurance.verdict.verdict import StackVerdict, Verdict

_DONE = {
    Change.CREATE: "created",
    Change.UPDATE: "updated",
    Change.REPLACE: "replaced",
    Change.DELETE: "deleted",
}
_FEW = 2


def headline(told: Verdict) -> str:
    """The one sentence that a person acts on."""
    broken = [stack.name for stack in told.stacks if stack.compared.faults]
    if broken:
        return f"does not load: {', '.join(broken)}"
    return f"{_decided(told)}{_open(told)}"


def _decided(told: Verdict) -> str:
    refuted = told.forbidden(Status.REFUTED)
    if refuted:
        lost = {id(f) for s, _ in refuted for f in s.losses.findings}
        news = lost | {id(f) for s, _ in refuted for f in s.refuted}
        new = sum(id(finding) in news for _, finding in refuted)
        where, first = min(
            refuted, key=lambda each: (id(each[1]) not in lost, id(each[1]) not in news)
        )
        old = f", {new} of them because of this change" if new != len(refuted) else ""
        count = count_of(len(refuted), "finding")
        return f"forbidden: {count}{old}; first: {_in(told, where)}{named(first)}"
    unknown = told.forbidden(Status.UNKNOWN)
    if unknown:
        where, first = unknown[0]
        count = count_of(len(unknown), "finding")
        return f"not decided: {count}; first: {_in(told, where)}{named(first)}"
    what = happens(step for stack in told.stacks for step in objects(stack))
    return f"nothing forbids it: {what}" if what else "nothing changes, and nothing forbids it"


def _open(told: Verdict) -> str:
    """Where anybody now comes in, who reaches another team, and what nothing asks for."""
    found: list[str] = []
    for stack in told.stacks:
        if stack.compared.before is None or stack.compared.after is None:
            continue
        teams = stack.compared.after.intent.teams.values()
        theirs = {namespace for team in teams for namespace in team.namespaces}
        found += [str(entry) for entry in stack.entered if not entry.needs]
        found += [
            f"{way.source} → {way.target} over {way.ports}"
            for way in stack.opened
            if way.source != way.target
            if not way.declared or {way.source, way.target} <= theirs
        ]
    ways = list(dict.fromkeys(found))
    more = f" and {len(ways) - _FEW} more" if len(ways) > _FEW else ""
    return f"; now open: {', '.join(ways[:_FEW])}{more}" if ways else ""


def _in(told: Verdict, stack: StackVerdict) -> str:
    """Which of several."""
    return f"{stack.name}, " if len(told.stacks) > 1 else ""


def happens(steps: Iterable[Step]) -> str:
    """How many resources each change befalls."""
    counts = Counter(step.change for step in steps)
    return ", ".join(f"{counts[change]} {_DONE[change]}" for change in ORDER if counts[change])


def count_of(number: int, what: str) -> str:
    """`2 findings`."""
    return f"1 {what}" if number == 1 else f"{number} {what}s"
