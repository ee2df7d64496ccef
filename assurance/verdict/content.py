"""What a verdict has to say, in order of weight, whatever it is written in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import Level
from assurance.proofs.findings import Finding, Status
from assurance.proofs.replacement import subject
from assurance.proofs.replacement.steps import Change, Step
from assurance.proofs.waivers import is_waived
from assurance.verdict.amounts import Became
from assurance.verdict.pins import Notice
from assurance.verdict.reach import Way
from assurance.verdict.shown import shown, spelled_out
from assurance.verdict.verdict import StackVerdict, Verdict

ORDER = (Change.DELETE, Change.REPLACE, Change.UPDATE, Change.CREATE)
_DONE = {
    Change.CREATE: "created",
    Change.UPDATE: "updated",
    Change.REPLACE: "replaced",
    Change.DELETE: "deleted",
}
_FEW = 3
_SHOWN = 100
"""Items of one section that somebody still reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line, and what is said below it."""

    text: str
    strong: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Items under a title."""

    title: str
    items: tuple[Item, ...]
    folded: bool = False
    """For whoever wants to know exactly."""


def headline(told: Verdict) -> str:
    """The one sentence that a person acts on."""
    broken = [stack.name for stack in told.stacks if stack.compared.faults]
    if broken:
        return f"does not load: {', '.join(broken)}"
    refuted = told.forbidden(Status.REFUTED)
    if refuted:
        news = {id(f) for s, f in refuted for f in (*s.refuted, *s.losses.findings)}
        new = sum(id(finding) in news for _, finding in refuted)
        first = next((f for _, f in refuted if id(f) in news), refuted[0][1])
        old = f", {new} of them because of this change" if new != len(refuted) else ""
        return f"forbidden: {_count(len(refuted), 'finding')}{old}; first: {_named(first)}"
    unknown = told.forbidden(Status.UNKNOWN)
    if unknown:
        return f"not decided: {_count(len(unknown), 'finding')}; first: {_named(unknown[0][1])}"
    counts = Counter(step.change for stack in told.stacks for step in _objects(stack))
    what = ", ".join(f"{counts[change]} {_DONE[change]}" for change in ORDER if counts[change])
    return f"nothing forbids it: {what}" if what else "nothing changes, and nothing forbids it"


def summary(stack: StackVerdict) -> str:
    """One stack in one line."""
    if stack.compared.faults:
        return f"does not load: {_count(len(stack.compared.faults), 'fault')}"
    if stack.compared.before is None and not stack.compared.faults_before:
        word = "new; "
    else:
        word = "" if stack.compared.after else "gone; "
    counts = Counter(step.change for step in _objects(stack))
    what = ", ".join(f"{counts[change]} {_DONE[change]}" for change in ORDER if counts[change])
    unknown = len(stack.findings(Status.UNKNOWN))
    more = f"; {unknown} undecided" if unknown else ""
    if stack.compared.faults_before:
        what = "the base does not load, so what changes is not known"
    return f"{word}{what or 'nothing changes'}{more}"


def sections(stack: StackVerdict, told: Verdict) -> Iterator[Section]:
    """Of one stack, what weighs most first; empty ones left out."""
    for title, items, folded in _all(stack, told):
        found = tuple(items)
        more = len(found) - _SHOWN
        if more > 0:
            found = (*found[:_SHOWN], Item(text=f"… and {more} more, all of them in --json"))
        if found:
            yield Section(title=title, items=found, folded=folded)


def _all(stack: StackVerdict, told: Verdict) -> Iterator[tuple[str, Iterable[Item], bool]]:
    given = stack.compared
    yield "does not load", (Item(text=str(fault), strong=True) for fault in given.faults), False
    yield "the base does not load", (Item(text=str(f)) for f in given.faults_before), False
    new = (*stack.refuted, *stack.waivers.findings)
    yield "deleted and replaced", _taken(stack, told, {Change.DELETE, Change.REPLACE}), False
    yield "refuted by this change", (_finding(stack, each, told) for each in new), False
    yield "the API server refuses", _refused(stack), False
    yield "where rehearsal and engine differ", map(_item, stack.differing), False
    yield "no longer refuted", (Item(text=_named(each)) for each in stack.mended), False
    yield "not decided any more", (_finding(stack, each, told) for each in stack.doubted), False
    yield "who may now reach whom", map(_way, stack.opened), False
    yield "who may no longer reach whom", (Item(text=str(way)) for way in stack.closed), False
    yield "who may now do what", map(_item, stack.granted), False
    yield "who may no longer do what", map(_item, stack.revoked), False
    yield "quotas", map(_item, stack.quotas), False
    changed = [row for row in stack.head_room if row.before != row.after]
    yield "room on the pools, with everything scaled up", map(_item, changed), False
    yield "how strictly rules are taken", map(_level, stack.levels), False
    yield "versions", map(_item, stack.versions), False
    yield "images", map(_item, stack.images), False
    yield "to be known of what is pinned", (_notice(stack, n) for n in stack.notices), False
    yield "waivers signed", map(_waiver, stack.added_waivers), False
    yield "waivers dropped", map(_waiver, stack.dropped_waivers), False
    yield "created and updated", _taken(stack, told, {Change.CREATE, Change.UPDATE}), False
    yield "refuted as before", (_finding(stack, each, told) for each in stack.still), True
    yield "what exactly changes", _changes(stack), True
    yield "what this rests on", _numbers(stack), True


def _way(way: Way) -> Item:
    return Item(text=str(way), strong=not way.declared)


def _item(value: object) -> Item:
    return Item(text=str(value))


def _notice(stack: StackVerdict, notice: Notice) -> Item:
    origin = stack.place(notice.origin)
    details = (f"from {origin}",) if origin else ()
    return Item(text=str(notice), strong=notice.urgent, details=details)


def _level(each: Became) -> Item:
    return Item(text=str(each), strong=True)


def _waiver(waiver: Any) -> Item:
    text = f"{waiver.finding}: {waiver.owner} until {waiver.expires}"
    return Item(text=text, details=(waiver.reason,))


def _finding(stack: StackVerdict, finding: Finding, told: Verdict) -> Item:
    waived = is_waived(finding, told.today)
    details = [finding.message]
    origin = stack.place(finding.origin)
    details += [f"from {origin}"] if origin else []
    if finding.witness and "urn" not in finding.witness:
        details.append(f"witness: {shown(finding.witness)}")
    if finding.waiver is not None:
        signed = f"{finding.waiver.owner} until {finding.waiver.expires}: {finding.waiver.reason}"
        details.append(f"{'waived by' if waived else 'the waiver has ended:'} {signed}")
    if finding.remedy and not waived:
        details.append(f"remedy: {finding.remedy}")
    text = f"{_status(stack, finding, told)} {_named(finding)}"
    return Item(text=text, strong=not waived, details=tuple(details))


def _status(stack: StackVerdict, finding: Finding, told: Verdict) -> str:
    level = "" if stack.level(finding) is Level.MANDATORY else f" ({stack.level(finding)})"
    waived = "waived, " if is_waived(finding, told.today) else ""
    return f"{waived}{finding.status}{level}"


def _named(finding: Finding) -> str:
    return f"{finding.rule}: {finding.subject}"


def _objects(stack: StackVerdict) -> list[Step]:
    """What a person counts: components and gates hold nothing of their own."""
    return [s for s in stack.steps if s.resource.custom and s.resource.type != "pulumi:index:Stash"]


def _taken(stack: StackVerdict, told: Verdict, changes: set[Change]) -> Iterator[Item]:
    """What holds state first, then what comes of one edit together, then the records of intent."""
    losses = {finding.witness["urn"]: finding for finding in _losses(stack)}
    for change in ORDER:
        if change not in changes:
            continue
        steps = [step for step in _objects(stack) if step.change is change]
        for step in steps:
            if step.before is not None and step.before.urn in losses:
                yield _lost(stack, told, step, losses[step.before.urn])
        others = [s for s in steps if s.before is None or s.before.urn not in losses]
        yield from _plainly(stack, [step for step in others if not _is_record(step)])
        records = [subject(step) for step in others if _is_record(step)]
        if records:
            yield Item(text=f"{change} what teams ask for, on record: {', '.join(records)}")


def _losses(stack: StackVerdict) -> list[Finding]:
    return [each for each in stack.losses.findings if "urn" in each.witness]


def _lost(stack: StackVerdict, told: Verdict, step: Step, finding: Finding) -> Item:
    item = _finding(stack, finding, told)
    text = f"{step.change} {finding.subject} ({_status(stack, finding, told)} {finding.rule})"
    return Item(text=text, strong=item.strong, details=item.details)


def _is_record(step: Step) -> bool:
    """A team's intent, written down on the cluster: it changes whenever the team does."""
    name = step.resource.inputs.get("metadata", {}).get("name", "")
    return step.resource.type.endswith(":ConfigMap") and str(name).startswith("intent-")


def _plainly(stack: StackVerdict, steps: Sequence[Step]) -> Iterator[Item]:
    """One line for each key that asks for it: what comes of one edit stands together."""
    together: dict[tuple[str, str, bool], list[str]] = {}
    for step in steps:
        key = (stack.place_of(step), _why(step), step.kept)
        together.setdefault(key, []).append(subject(step))
    for (origin, why, kept), names in sorted(together.items()):
        stays = ": kept on the cluster" if kept else ""
        shown = f"{steps[0].change} {', '.join(names)}{why}{stays}"
        yield Item(text=shown, details=(f"from {origin}",) if origin else ())


def _why(step: Step) -> str:
    because = f" ({', '.join(step.because[:_FEW])})" if step.because else ""
    return f"{because}, perhaps: {step.doubt}" if step.doubt else because


def _refused(stack: StackVerdict) -> Iterator[Item]:
    for step in stack.steps:
        if step.refused:
            text = f"{subject(step)}: {', '.join(step.refused)} cannot be changed in place"
            remedy = ("remedy: give it another name, so that it is made anew",)
            yield Item(text=text, strong=True, details=remedy)


def _changes(stack: StackVerdict) -> Iterator[Item]:
    for step in _objects(stack):
        if step.differences:
            lines = tuple(line for each in step.differences for line in spelled_out(each))
            origin = stack.place_of(step)
            name = f"{step.change} {subject(step)}"
            yield Item(text=f"{name}, from {origin}" if origin else name, details=lines)


def _numbers(stack: StackVerdict) -> Iterator[Item]:
    if stack.compared.faults:
        return
    for proof, found in stack.results().items():
        about = ", ".join(f"{count} {what}" for what, count in found.population.items() if count)
        counts = ", ".join(f"{found.count(status)} {status}" for status in Status)
        yield Item(text=f"{proof}: {counts}; of {about or 'nothing'}")
    unknown = Counter(finding.message for finding in stack.findings(Status.UNKNOWN))
    for message, count in sorted(unknown.items()):
        yield Item(text=f"unknown, {count} times: {message}")
    results = stack.results().values()
    assumed = {words for found in results for each in found.findings for words in each.assumes}
    for words in sorted(assumed):
        yield Item(text=f"assumes: {words}")


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
