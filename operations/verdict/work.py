"""The programs on both sides of a change, as many at a time as there are cores.

Here is what is done before the first of them begins, so nothing is loaded that is needed later.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assurance.graph.values import Level
from assurance.levels import LevelsError, levels_of, levels_path
from assurance.verdict.fault import Fault
from operations.sources import strictest
from operations.verdict.family import Family, families
from operations.verdict.rehearsed import FamilyJob, rehearse_all
from operations.verdict.repository import Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What is to be compared, and what of it is being rehearsed."""

    pairs: Sequence[Pair]
    today: date
    jobs: Mapping[str, FamilyJob]
    """By what they are made from: two families that are the same are one."""
    running: Mapping[Future[None], Sequence[FamilyJob]]
    """Jobs that cannot be decided before; the others were rehearsed some other day."""


@contextmanager
def rehearsing(
    base: Tree, head: Tree, stacks: Sequence[str], today: date, told: Callable[[str], None]
) -> Iterator[Work]:
    """Every family of either tree that one of the stacks belongs to; all if none is named."""
    pairs = [each for each in _pairs(base, head) if not stacks or each.stacks & {*stacks}]
    jobs: dict[str, FamilyJob] = {}
    running: dict[Future[None], Sequence[FamilyJob]] = {}
    with ExitStack() as places, ThreadPoolExecutor() as pool:
        for tree in (head, base):
            mine = [f for p in pairs for f in (p.before, p.after) if f and f.tree is tree]
            made = [FamilyJob(family, today, levels_in(head, family)[0]) for family in mine]
            new = {job.key: job for job in made if job.key not in jobs}
            jobs |= new
            waiting = [(job, stack) for job in new.values() for stack in job.missing()]
            if waiting:
                place = places.enter_context(tree.checked_out())
                told(f"rehearsing {tree.name}: {', '.join(stack for _, stack in waiting)}")
                their = list(dict.fromkeys(job for job, _ in waiting))
                running[pool.submit(rehearse_all, waiting, place)] = their
        yield Work(pairs=pairs, today=today, jobs=jobs, running=running)


def _pairs(base: Tree, head: Tree) -> list[Pair]:
    before = {family.owner: family for family in families(base)}
    after = {family.owner: family for family in families(head)}
    owners = sorted({*before, *after})
    return [Pair(before=before.get(name), after=after.get(name)) for name in owners]


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
