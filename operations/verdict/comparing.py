"""Both sides of a change, proved and set side by side."""

from collections.abc import Callable, Mapping
from concurrent.futures import as_completed

from assurance.graph.graph import Graph
from assurance.graph.resource import Origin
from assurance.graph.values import Waiver, dotted
from assurance.verdict.verdict import Compared
from components.config.keys import sort_keys
from components.config.signed import FILE as WAIVERS
from components.config.signed import Signed, signed
from components.config.yaml_positions import read_yaml
from operations.proving import chosen, load
from operations.verdict.family import Family, file_of, rewritten
from operations.verdict.judging import Outcome, outcome
from operations.verdict.rehearsed import key_of
from operations.verdict.work import Pair, Work, levels_in


def compared(work: Work, told: Callable[[str], None]) -> list[Compared]:
    """Each family is decided as soon as it is rehearsed."""
    load(chosen(()))
    later = {job.key for jobs in work.running.values() for job in jobs}
    outcomes = {key: outcome(job) for key, job in work.jobs.items() if key not in later}
    for done in as_completed(work.running):
        done.result()
        told("proving")
        outcomes |= {job.key: outcome(job) for job in work.running[done]}
    return [_compared(pair, work, outcomes) for pair in work.pairs]


def _compared(pair: Pair, work: Work, outcomes: Mapping[str, Outcome]) -> Compared:
    """Where nothing that counts has changed, both sides are one and the same."""
    before, after = (
        outcomes[key_of(each, work.today)] if each else Outcome()
        for each in (pair.before, pair.after)
    )
    levels, faults = levels_in(pair.after.tree, pair.after) if pair.after else ({}, ())
    was, _ = levels_in(pair.before.tree, pair.before) if pair.before else ({}, ())
    return Compared(
        name=pair.name,
        before=before.side,
        after=after.side,
        faults=(*after.faults, *faults),
        faults_before=before.faults,
        lines=_lines(pair.after),
        lines_before=_lines(pair.before),
        signed=_signed(pair.after),
        levels=levels,
        levels_before=was,
        rewritten=_rewritten(pair, before.side.graph if before.side else None),
    )


def _lines(family: Family | None) -> dict[str, Mapping[str, int]]:
    """Where each key stands, as far as the files can be read."""
    found: dict[str, Mapping[str, int]] = {}
    for stack, text in (family.texts() if family else {}).items():
        document = sort_keys(read_yaml(text)).document
        found[file_of(stack)] = {dotted(path): line for path, line in document.lines.items()}
    if family is not None:
        found[WAIVERS] = _waivers(family).lines
    return found


def _signed(family: Family | None) -> dict[Waiver, Origin]:
    """Where each waiver of these stacks is written."""
    there = _waivers(family).waivers if family else {}
    return {each.waiver(): Origin(config=key) for key, each in there.items()}


def _rewritten(pair: Pair, before: Graph | None) -> frozenset[str]:
    if before is None or pair.before is None or pair.after is None:
        return frozenset()
    names = rewritten(pair.before.texts().values(), pair.after.texts().values())
    return frozenset(
        item.resource.urn
        for item in before.objects()
        if item.gvk.kind == "Secret" and (item.namespace, item.name) in names
    )


def _waivers(family: Family) -> Signed:
    text = family.tree.text(WAIVERS) if WAIVERS in family.tree.blobs else ""
    return signed(text, family.stacks)
