"""What happens to which resource: what is lost first, what comes of one edit together."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from assurance.proofs.findings import Finding
from assurance.proofs.replacement import subject
from assurance.proofs.replacement.steps import Change, Step
from assurance.verdict.items import Item, of_finding, status
from assurance.verdict.shown import spelled_out
from assurance.verdict.verdict import StackVerdict, Verdict

ORDER = (Change.DELETE, Change.REPLACE, Change.UPDATE, Change.CREATE)
_FEW = 3


def objects(stack: StackVerdict) -> list[Step]:
    """What a person counts: components and gates hold nothing of their own."""
    return [s for s in stack.steps if s.resource.custom and s.resource.type != "pulumi:index:Stash"]


def taken(stack: StackVerdict, told: Verdict, changes: set[Change]) -> Iterator[Item]:
    """What holds state first, then what comes of one edit together, then the records of intent."""
    losses = {finding.witness["urn"]: finding for finding in _losses(stack)}
    for change in ORDER:
        if change not in changes:
            continue
        steps = [step for step in objects(stack) if step.change is change]
        for step in steps:
            if step.before is not None and step.before.urn in losses:
                yield _lost(stack, told, step, losses[step.before.urn])
        others = [s for s in steps if s.before is None or s.before.urn not in losses]
        yield from _plainly(stack, [step for step in others if not _is_record(step)])
        records = [subject(step) for step in others if _is_record(step)]
        if records:
            yield Item(text=f"{change} what teams ask for, on record: {', '.join(records)}")


def made(stack: StackVerdict) -> Iterator[Item]:
    """By namespace, how many of which kind come into being."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for step in objects(stack):
        metadata = step.resource.inputs.get("metadata")
        place = metadata.get("namespace") if isinstance(metadata, Mapping) else None
        where = f"in {place}" if isinstance(place, str) else "in no namespace"
        counts[where][step.resource.type.rpartition(":")[2]] += 1
    for where, kinds in sorted(counts.items()):
        each = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        yield Item(text=f"create {kinds.total()} {where}: {each}")


def _losses(stack: StackVerdict) -> list[Finding]:
    return [each for each in stack.losses.findings if "urn" in each.witness]


def _lost(stack: StackVerdict, told: Verdict, step: Step, finding: Finding) -> Item:
    item = of_finding(stack, finding, told)
    text = f"{step.change} {finding.subject} ({status(stack, finding, told)} {finding.rule})"
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


def refused(stack: StackVerdict) -> Iterator[Item]:
    """What the API server will not do."""
    for step in stack.steps:
        if step.refused:
            text = f"{subject(step)}: {', '.join(step.refused)} cannot be changed in place"
            remedy = ("remedy: give it another name, so that it is made anew",)
            yield Item(text=text, strong=True, details=remedy)


def changes(stack: StackVerdict) -> Iterator[Item]:
    """Every field that is another one."""
    for step in objects(stack):
        if step.differences:
            lines = tuple(line for each in step.differences for line in spelled_out(each))
            origin = stack.place_of(step)
            name = f"{step.change} {subject(step)}"
            yield Item(text=f"{name}, from {origin}" if origin else name, details=lines)
