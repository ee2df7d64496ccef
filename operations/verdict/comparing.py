"""Both sides of a change, as many programs at a time as there are cores."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assurance.graph.graph import Graph
from assurance.graph.resource import Origin
from assurance.graph.values import Level, Waiver, dotted
from assurance.levels import LevelsError, levels_of, levels_path
from assurance.verdict.side import Side, side_of
from assurance.verdict.verdict import Compared, Fault
from components.config.keys import sort_keys
from components.config.signed import FILE as WAIVERS
from components.config.yaml_positions import read_yaml
from operations.sources import strictest
from operations.verdict.family import Family, families, file_of, rewritten
from operations.verdict.rehearsed import FamilyJob, Outcome, key_of, prove_all, rehearse_all
from operations.verdict.repository import Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """One cluster's stacks on either side."""

    before: Family | None
    after: Family | None

    @property
    def name(self) -> str:
        """As it is called now."""
        known = self.after or self.before
        return known.name if known else ""

    @property
    def stacks(self) -> set[str]:
        """On either side."""
        return {stack for each in (self.before, self.after) if each for stack in each.stacks}


def compared(
    base: Tree, head: Tree, stacks: Sequence[str], today: date, told: Callable[[str], None]
) -> list[Compared]:
    """Every family of either tree that one of the stacks belongs to; all if none is named."""
    pairs = [each for each in _pairs(base, head) if not stacks or each.stacks & {*stacks}]
    jobs: dict[str, FamilyJob] = {}
    with ExitStack() as places, ThreadPoolExecutor() as pool:
        work = []
        for tree in (head, base):
            mine = [f for p in pairs for f in (p.before, p.after) if f and f.tree is tree]
            made = [FamilyJob(family, today, levels_in(head, family)[0]) for family in mine]
            new = {job.key: job for job in made if job.key not in jobs}
            jobs |= new
            waiting = [(job, stack) for job in new.values() for stack in job.missing()]
            if waiting:
                place = places.enter_context(tree.checked_out())
                told(f"rehearsing {tree.name}: {', '.join(stack for _, stack in waiting)}")
                work.append(pool.submit(rehearse_all, waiting, place))
        for each in work:
            each.result()
        told("proving")
        prove_all(jobs.values())
    outcomes = {key: job.outcome() for key, job in jobs.items()}
    sides = {key: _side(outcome) for key, outcome in outcomes.items()}
    return [_compared(pair, today, outcomes, sides) for pair in pairs]


def _pairs(base: Tree, head: Tree) -> list[_Pair]:
    before = {family.owner: family for family in families(base)}
    after = {family.owner: family for family in families(head)}
    owners = sorted({*before, *after})
    return [_Pair(before=before.get(name), after=after.get(name)) for name in owners]


def _compared(
    pair: _Pair,
    today: date,
    outcomes: Mapping[str, Outcome],
    sides: Mapping[str, Side | None],
) -> Compared:
    """Where nothing that counts has changed, both sides are one and the same."""
    was_key, key = (key_of(each, today) if each else "" for each in (pair.before, pair.after))
    before, after = outcomes.get(was_key, Outcome()), outcomes.get(key, Outcome())
    old, new = sides.get(was_key), sides.get(key)
    levels, faults = levels_in(pair.after.tree, pair.after) if pair.after else ({}, ())
    was, _ = levels_in(pair.before.tree, pair.before) if pair.before else ({}, ())
    return Compared(
        name=pair.name,
        before=old,
        after=new,
        faults=(*after.faults, *faults),
        faults_before=before.faults,
        lines=_lines(pair.after),
        lines_before=_lines(pair.before),
        signed=_signed(pair.after),
        levels=levels,
        levels_before=was,
        rewritten=_rewritten(pair, old.graph if old else None),
    )


def _side(outcome: Outcome) -> Side | None:
    return side_of(outcome.document) if outcome.document is not None else None


def levels_in(tree: Tree, family: Family | None) -> tuple[dict[str, Level], tuple[Fault, ...]]:
    """How strictly these stacks are judged in a tree; together, the strictest word counts."""
    stated: list[dict[str, Level]] = []
    faults: list[Fault] = []
    for stack in family.stacks if family else ():
        path = levels_path(Path(), stack).as_posix()
        if path not in tree.blobs:
            stated.append({})
            continue
        try:
            stated.append(levels_of(tree.text(path), path))
        except LevelsError as error:
            faults += [Fault(message=line) for line in str(error).splitlines()]
    return strictest(stated) if stated else {}, tuple(faults)


def _lines(family: Family | None) -> dict[str, Mapping[str, int]]:
    """Where each key stands, as far as the files can be read."""
    found: dict[str, Mapping[str, int]] = {}
    for stack, text in (family.texts() if family else {}).items():
        document = sort_keys(read_yaml(text)).document
        found[file_of(stack)] = {dotted(path): line for path, line in document.lines.items()}
    if family is not None:
        found[WAIVERS] = family.signed().lines
    return found


def _signed(family: Family | None) -> dict[Waiver, Origin]:
    """Where each waiver of these stacks is written."""
    there = family.signed().waivers if family else {}
    return {each.waiver(): Origin(config=key) for key, each in there.items()}


def _rewritten(pair: _Pair, before: Graph | None) -> frozenset[str]:
    if before is None or pair.before is None or pair.after is None:
        return frozenset()
    names = rewritten(pair.before.texts().values(), pair.after.texts().values())
    return frozenset(
        item.resource.urn
        for item in before.objects()
        if item.gvk.kind == "Secret" and (item.namespace, item.name) in names
    )
