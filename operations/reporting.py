"""What proofs have decided, for people: refuted first, then numbers, then what it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, TextIO

from rich.console import Console

from assurance.graph.values import Level, Waiver
from assurance.proofs.findings import Finding, Result, Status
from assurance.proofs.waivers import is_waived
from operations.proving import Proved

_COLOURS = {Status.REFUTED: "bold red", Status.UNKNOWN: "yellow", Status.PROVED: "green"}


class Printer(Console):
    """Lines as they are, whatever the width; a reader who has gone ends the command, not Rich."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(file=stream, highlight=False, emoji=False, soft_wrap=True)

    def on_broken_pipe(self) -> NoReturn:
        """The command line knows what to do."""
        raise BrokenPipeError

    def say(self, text: str, style: str | None = None) -> None:
        """One line, in which brackets are brackets."""
        self.print(text, style=style, markup=False)


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding with what tells it from others that read alike."""

    name: str
    finding: Finding
    level: Level
    waived: bool
    lines: Mapping[str, Mapping[str, int]]

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for the same finding in another mode."""
        found = self.finding
        return self.name, found.rule, found.status, found.subject, found.message, self.waived


def report(
    done: Sequence[Proved], stream: TextIO, *, proved_too: bool = False, debug: bool = False
) -> None:
    """What counts, what is waived, then numbers, and what the findings rest on."""
    out = Printer(stream)
    for status in (Status.REFUTED, Status.UNKNOWN):
        _findings(out, done, (t for run in done for t in _told(run, run.findings(status))))
    _findings(out, done, (t for run in done for t in _told(run, run.waived)))
    if proved_too:
        _findings(out, done, (t for run in done for t in _told(run, run.findings(Status.PROVED))))
    for name, waiver in _unused(done):
        out.say(f"unused waiver of {name}: {waiver.finding} is not found: remove it", "yellow")
    _numbers(out, done)
    for assumption in sorted(_assumptions(done)):
        out.say(f"assumes: {assumption}")
    for run in done:
        _faults(out, run, debug=debug)
    if done:
        out.say(f"today is {done[0].today.isoformat()}", "dim")


def _told(run: Proved, findings: Iterable[Finding]) -> Iterable[_Told]:
    for found in findings:
        yield _Told(run.name, found, run.level(found), is_waived(found, run.today), run.lines)


def _findings(out: Printer, done: Sequence[Proved], told: Iterable[_Told]) -> None:
    """Each once, with the modes that it was found in."""
    together: dict[tuple[object, ...], _Told] = {}
    for one in told:
        together.setdefault(one.key, one)
    for one in together.values():
        _print(out, one, _where(done, one))


def _has(run: Proved, told: _Told) -> bool:
    return any(one.key == told.key for one in _told(run, run.found(told.finding.proof)))


def _where(done: Sequence[Proved], told: _Told) -> str:
    """What tells where it was found, where that could be elsewhere too."""
    runs = [run for run in done if run.name == told.name]
    modes = " and ".join(run.graph.mode for run in runs if _has(run, told))
    everywhere = all(_has(run, told) for run in runs)
    name = told.name if len({run.name for run in done}) > 1 else ""
    return ", ".join(filter(None, (name, "" if everywhere else f"{modes} only")))


def _print(out: Printer, told: _Told, where: str) -> None:
    finding = told.finding
    word = f"waived ({finding.status.value})" if told.waived else finding.status.value
    word += " (advisory)" if told.level is Level.ADVISORY else ""
    style = "dim" if told.waived else _COLOURS[finding.status]
    out.say(f"{word} {finding.rule}: {finding.subject}", style)
    out.say(f"  {finding.message}")
    if source := _source(told):
        out.say(f"  from: {source}")
    if finding.waiver is not None:
        out.say(f"  {_answered(finding.waiver, waived=told.waived)}")
    if finding.remedy and not told.waived:
        out.say(f"  remedy: {finding.remedy}")
    if where:
        out.say(f"  in: {where}", "dim")


def _source(told: _Told) -> str:
    origin = told.finding.origin
    if not told.lines or not origin.config:
        return " ".join(filter(None, (origin.config, origin.source)))
    from assurance.verdict.verdict import place

    return place(told.lines, origin)


def _answered(waiver: Waiver, *, waived: bool) -> str:
    if waived:
        return f"{waiver.owner} answers for it until {waiver.expires}: {waiver.reason}"
    return f"counts again: the waiver of {waiver.owner} ended on {waiver.expires} ({waiver.reason})"


def _unused(done: Sequence[Proved]) -> list[tuple[str, Waiver]]:
    """What matches nothing in any mode."""
    by_name: dict[str, list[set[Waiver]]] = {}
    for run in done:
        by_name.setdefault(run.name, []).append(set(run.unused_waivers))
    found = ((name, waiver) for name, sets in by_name.items() for waiver in set.intersection(*sets))
    return sorted(found, key=lambda pair: (pair[0], pair[1].finding))


def _numbers(out: Printer, done: Iterable[Proved]) -> None:
    """A line for each proof, once for all modes in which it says the same."""
    modes: dict[tuple[str, str], dict[str, list[str]]] = {}
    for run in done:
        for proof, found in run.results.items():
            alike = modes.setdefault((run.name, proof), {})
            alike.setdefault(_counted(run, found), []).append(run.graph.mode)
    for (name, proof), alike in modes.items():
        for counts, where in alike.items():
            out.say(f"{name} ({' and '.join(where)}) {proof}: {counts}")


def _counted(run: Proved, found: Result) -> str:
    counts = [f"{found.count(status)} {status.value}" for status in _COLOURS]
    waived = sum(is_waived(finding, run.today) for finding in found.findings)
    counts += [f"{waived} of them waived"] if waived else []
    about = ", ".join(f"{count} {what}" for what, count in found.population.items())
    return f"{', '.join(counts)}; of {about or 'nothing'}"


def _assumptions(done: Iterable[Proved]) -> set[str]:
    return {
        assumption
        for run in done
        for found in run.results.values()
        for finding in found.findings
        for assumption in finding.assumes
    }


def _faults(out: Printer, run: Proved, *, debug: bool) -> None:
    """Why the exit code is that of an error, although there are results."""
    if run.left_out:
        count = len(run.left_out)
        what = "1 document" if count == 1 else f"{count} documents"
        out.say(f"error: {run.name}: {what} left out: nothing is decided about them", "bold red")
    for proof, trace in run.crashes.items():
        hint = "" if debug else "; --debug shows the traceback"
        out.say(
            f"error: {run.name} ({run.graph.mode}): the proof {proof} is broken{hint}", "bold red"
        )
        if debug:
            out.say(trace)
