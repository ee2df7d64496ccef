"""The verdict: per stack what happens, what is decided otherwise than before, what it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assurance.graph.graph import Graph
from assurance.graph.resource import Origin
from assurance.graph.values import Level, Waiver
from assurance.levels import level_of
from assurance.proofs.findings import Finding, Result, Status
from assurance.proofs.isolation.entries import Entry
from assurance.proofs.replacement import of_steps
from assurance.proofs.replacement.steps import Change, Step, steps
from assurance.proofs.waivers import is_waived, lapsed, with_waivers
from assurance.verdict.access import granted
from assurance.verdict.amounts import Became, Row, became, head_room, images, quotas
from assurance.verdict.engine import as_engine, differing
from assurance.verdict.entries import entered
from assurance.verdict.fault import Fault
from assurance.verdict.pins import Notice, notices, versions
from assurance.verdict.reach import Way, closed, opened
from assurance.verdict.side import Side

NOBODY = Graph(resources={}, stack="", mode="warm")
Lines = Mapping[str, Mapping[str, int]]
"""By stack file, where each dotted key stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Stacks on one cluster, before and after: what the verdict is made from."""

    name: str
    before: Side | None = None
    """None if there was no such stack, or it could not be rehearsed."""
    after: Side | None = None
    faults: tuple[Fault, ...] = ()
    """Why there is nothing after."""
    faults_before: tuple[Fault, ...] = ()
    lines: Lines = field(default_factory=dict)
    lines_before: Lines = field(default_factory=dict)
    signed: Mapping[Waiver, Origin] = field(default_factory=dict)
    """Where each waiver of after is written."""
    levels: Mapping[str, Level] = field(default_factory=dict)
    levels_before: Mapping[str, Level] = field(default_factory=dict)
    rewritten: frozenset[str] = frozenset()
    """URNs of which something encrypted was written anew."""
    engine: Mapping[str, Change] | None = None
    """By URN, what the engine itself would do, where it was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StackVerdict:
    """One of them, decided."""

    compared: Compared
    steps: tuple[Step, ...]
    losses: Result
    """What the replacement proof found."""
    waivers: Result
    """Those that have ended or cover nothing."""
    refuted: tuple[Finding, ...] = ()
    """Newly."""
    mended: tuple[Finding, ...] = ()
    """Refuted before, and no longer."""
    doubted: tuple[Finding, ...] = ()
    """Newly unknown."""
    still: tuple[Finding, ...] = ()
    """Refuted as before."""
    added_waivers: tuple[Waiver, ...] = ()
    dropped_waivers: tuple[Waiver, ...] = ()
    entered: tuple[Entry, ...] = ()
    """Newly, or with less to show."""
    opened: tuple[Way, ...] = ()
    closed: tuple[Way, ...] = ()
    granted: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()
    head_room: tuple[Row, ...] = ()
    quotas: tuple[Became, ...] = ()
    images: tuple[Became, ...] = ()
    versions: tuple[Became, ...] = ()
    """Of what is pinned."""
    notices: tuple[Notice, ...] = ()
    levels: tuple[Became, ...] = ()
    differing: tuple[str, ...] = ()
    """Where the engine would do something else than the rehearsal says."""

    @property
    def name(self) -> str:
        """The stacks' names, joined."""
        return self.compared.name

    def results(self) -> Mapping[str, Result]:
        """Every proof's, of what there is after."""
        found = dict(self.compared.after.results) if self.compared.after else {}
        return found | {"replacement": self.losses, "waivers": self.waivers}

    def findings(self, status: Status) -> list[Finding]:
        """All of one status."""
        return [f for r in self.results().values() for f in r.findings if f.status is status]

    def level(self, finding: Finding) -> Level:
        """What a finding means here."""
        unknown = finding.status is Status.UNKNOWN
        return level_of(self.compared.levels, finding.rule, unknown=unknown)

    def place(self, origin: Origin) -> str:
        """Key, file and line of what asks for something."""
        return place(self.compared.lines, origin)

    def place_of(self, step: Step) -> str:
        """The same of a step; of what is deleted, where it was asked for."""
        if step.after is not None or not self.compared.lines_before:
            return self.place(step.resource.origin)
        return f"{place(self.compared.lines_before, step.resource.origin)} before"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """All stacks."""

    base: str
    head: str
    today: date
    stacks: tuple[StackVerdict, ...]

    def forbidden(self, status: Status) -> list[tuple[StackVerdict, Finding]]:
        """What the stacks' levels forbid and nobody has waived."""
        return [
            (stack, finding)
            for stack in self.stacks
            for finding in stack.findings(status)
            if stack.level(finding) is Level.MANDATORY and not is_waived(finding, self.today)
        ]


def verdict(compared: Iterable[Compared], *, base: str, head: str, today: date) -> Verdict:
    """Decide; the order is that of the names."""
    ordered = sorted(compared, key=lambda each: each.name)
    decided = tuple(_decided(each, today) for each in ordered)
    return Verdict(base=base, head=head, today=today, stacks=decided)


def _decided(given: Compared, today: date) -> StackVerdict:
    before, after = given.before, given.after
    if after is None and given.faults:
        return StackVerdict(compared=given, steps=(), losses=_NOTHING, waivers=_NOTHING)
    old, new = (each.graph if each else NOBODY for each in (before, after))
    # What cannot be rehearsed cannot be compared with: nothing of it is told as new.
    taken = () if given.faults_before else steps(old, new, given.rewritten)
    told = taken
    if given.engine is not None:
        taken = as_engine(told, given.engine, old, new)
    known, signed = (each.intent.waivers if each else () for each in (before, after))
    new_here = before is None and not given.faults_before
    losses = _NOTHING if new_here else with_waivers(of_steps(old, taken), signed)
    results = [*(after.results.values() if after else ()), losses]
    ended = lapsed(signed, results, today, given.signed)
    ended_before = lapsed(known, [*(before.results.values() if before else ())], today, {})
    if given.faults_before:
        before, ended_before = after, ended
    return StackVerdict(
        compared=given,
        steps=taken,
        losses=losses,
        waivers=ended,
        **_otherwise(
            _counting(before, ended_before, today),
            _counting(after, ended, today),
        ),
        added_waivers=tuple(each for each in signed if each not in known),
        dropped_waivers=tuple(each for each in known if each not in signed),
        entered=entered(before, after),
        opened=opened(before, after),
        closed=closed(before, after),
        granted=granted(before, after),
        revoked=granted(after, before),
        head_room=head_room(before, after),
        quotas=quotas(before, after),
        images=images(before, after),
        versions=versions(before, after),
        notices=notices(before, after, today),
        differing=differing(told, given.engine),
        levels=_stricter(given.levels_before, given.levels) if given.before else (),
    )


def _stricter(before: Mapping[str, Level], after: Mapping[str, Level]) -> tuple[Became, ...]:
    """Every rule that is taken more or less strictly, by whatever name that is said."""
    rules = sorted({*before, *after})
    old, new = ({r: level_of(each, r).value for r in rules} for each in (before, after))
    return became(old, new)


_NOTHING = Result(findings=())


def _otherwise(old: Sequence[Finding], new: Sequence[Finding]) -> dict[str, tuple[Finding, ...]]:
    refuted_before, refuted = _keys(old, Status.REFUTED), _keys(new, Status.REFUTED)
    return {
        "refuted": _of(new, Status.REFUTED, without=refuted_before),
        "still": tuple(f for f in new if f.status is Status.REFUTED and _key(f) in refuted_before),
        "mended": _of(old, Status.REFUTED, without=refuted),
        "doubted": _of(new, Status.UNKNOWN, without=_keys(old, Status.UNKNOWN)),
    }


def _counting(side: Side | None, ended: Result, today: date) -> list[Finding]:
    results = (*(side.results.values() if side else ()), ended)
    return [f for result in results for f in result.findings if not is_waived(f, today)]


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.subject


def _keys(findings: Iterable[Finding], status: Status) -> set[tuple[str, str]]:
    return {_key(finding) for finding in findings if finding.status is status}


def _of(
    findings: Sequence[Finding], status: Status, *, without: set[tuple[str, str]]
) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.status is status and _key(f) not in without)


def place(lines: Lines, origin: Origin) -> str:
    """`teams.fraud.needs (Pulumi.dev.yaml:41)`: the nearest key that has a line."""
    key = origin.config
    if key is None:
        return origin.source or ""
    found = located(lines, key)
    return f"{key} ({found[0]}:{found[1]})" if found else key


def located(lines: Lines, key: str) -> tuple[str, int] | None:
    """File and line of a key, or of the nearest one above it."""
    while key:
        for file, known in lines.items():
            if key in known:
                return file, known[key]
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return None
