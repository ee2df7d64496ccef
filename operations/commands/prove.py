"""Decide what must hold: proved, refuted with a witness, or unknown because of a named thing.

On stacks, rehearsed cold and warm, or on a folder of manifests. Exit codes: 0 proved, 1 refuted,
2 unknown where the level does not allow it, 3 nothing was decided.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console

from assurance.document import dumps, runs
from assurance.graph.values import Level
from assurance.proofs.findings import Finding, Status
from assurance.proofs.registry import PROOFS, available
from operations.commands.rehearse import refuse_failures, write
from operations.errors import UserError
from operations.proving import (
    Proved,
    exit_code,
    of_manifests,
    of_rehearsal,
    prove,
    read_levels,
)
from operations.rehearsal import MODES, Rehearsal, commit_day, rehearse
from operations.stacks import project_root, stack_paths

EXAMPLE = "mlp prove --stack sandbox --only isolation"

_COLOURS = {Status.REFUTED: "bold red", Status.UNKNOWN: "yellow", Status.PROVED: "green"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    source_arguments(parser)
    parser.add_argument(
        "--only",
        metavar="PROOF",
        type=lambda text: tuple(text.split(",")),
        default=(),
        help=f"some of the proofs, by comma: {', '.join(PROOFS)}",
    )
    parser.add_argument("--all-findings", action="store_true", help="show what is proved as well")


def source_arguments(parser: argparse.ArgumentParser) -> None:
    """What is to be judged: stacks, or a folder."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--stack",
        nargs="+",
        action="extend",
        default=[],
        metavar="S",
        help="a stack's name, or a stack file's path",
    )
    which.add_argument("--all", action="store_true", help="every stack (the default)")
    which.add_argument("--manifests", type=Path, metavar="DIR", help="a folder of YAML and JSON")
    parser.add_argument(
        "--intent", type=Path, metavar="FILE", help="what is meant, for --manifests (JSON)"
    )
    parser.add_argument("--mode", choices=MODES, help="one mode; both if left out")
    parser.add_argument(
        "--json", metavar="FILE", help="write the document here; - is standard output"
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="instead of HEAD's committer date"
    )


def run(options: argparse.Namespace) -> int:
    """Prove; the exit code says how it came out."""
    there = [each.name for each in available()]
    unknown = sorted(set(options.only) - set(there))
    if unknown:
        message = f"{', '.join(unknown)}: no such proof; there are: {', '.join(there)}"
        raise UserError(message)
    stream = sys.stderr if options.json == "-" else sys.stdout
    done, today = proved_sources(options, only=options.only, stream=stream)
    report(done, stream, proved_too=options.all_findings)
    if options.json:
        write(dumps(runs(each.to_json(today) for each in done)), options.json)
    return exit_code(done)


def proved_sources(
    options: argparse.Namespace, *, only: Sequence[str], stream: TextIO
) -> tuple[list[Proved], date]:
    """Everything that was asked for, proved, and the day that it was judged for."""
    if options.manifests is not None:
        graph, intent, notes = of_manifests(options.manifests, options.intent)
        for note in notes:
            print(note, file=stream)
        done = prove(str(options.manifests), graph, intent, only=only)
        return [done], options.today or datetime.now(tz=UTC).date()
    if options.intent is not None:
        message = "--intent goes with --manifests: a stack says itself what is meant"
        raise UserError(message)
    root = project_root()
    today = options.today or commit_day(root)
    modes = [options.mode] if options.mode else MODES
    rehearsal = Rehearsal(root=root, today=today, documents=True)
    rehearsed = rehearse(rehearsal, stack_paths(root, options.stack), modes)
    refuse_failures(rehearsed, debug=options.debug)
    return [
        prove(each.stack, *of_rehearsal(each), only=only, levels=read_levels(root, each.stack))
        for each in rehearsed
    ], today


def report(done: Sequence[Proved], stream: TextIO, *, proved_too: bool = False) -> None:
    """For people: refuted first, what both modes say once, then numbers."""
    console = Console(file=stream, highlight=False, soft_wrap=True)
    shown = (Status.REFUTED, Status.UNKNOWN, *([Status.PROVED] if proved_too else []))
    for status in shown:
        for (name, finding), modes in _together(done, status).items():
            _print(console, name, finding, modes)
    for each in done:
        for proof, found in each.results.items():
            counts = ", ".join(f"{found.count(status)} {status.value}" for status in _COLOURS)
            about = ", ".join(f"{count} {what}" for what, count in found.population.items())
            line = f"{each.name} ({each.graph.mode}) {proof}: {counts}; of {about}"
            console.print(line, markup=False)
    for assumption in sorted(_assumptions(done)):
        console.print(f"assumes: {assumption}", markup=False)


def _together(done: Iterable[Proved], status: Status) -> dict[tuple[str, "_Told"], list[str]]:
    """Equal findings of one stack's modes, with the modes that they were found in."""
    found: dict[tuple[str, _Told], list[str]] = {}
    for each in done:
        for finding in each.findings(status):
            found.setdefault((each.name, _Told(each, finding)), []).append(each.graph.mode)
    return found


class _Told:
    """A finding, equal to every other that reads alike."""

    def __init__(self, run: Proved, finding: Finding) -> None:
        self.finding = finding
        self.level = run.level(finding)
        self._key = (finding.rule, finding.status, finding.subject, finding.message)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _print(console: Console, name: str, told: _Told, modes: Sequence[str]) -> None:
    finding = told.finding
    advisory = " (advisory)" if told.level is Level.ADVISORY else ""
    head = f"{finding.status.value}{advisory} {finding.rule}: {finding.subject}"
    console.print(head, style=_COLOURS[finding.status], markup=False)
    console.print(f"  {finding.message}", markup=False)
    where = " ".join(filter(None, (finding.origin.config, finding.origin.source)))
    if where:
        console.print(f"  from: {where}", markup=False)
    if finding.remedy:
        console.print(f"  remedy: {finding.remedy}", markup=False)
    console.print(f"  {name}, {' and '.join(modes)}", style="dim", markup=False)


def _assumptions(done: Iterable[Proved]) -> set[str]:
    return {
        assumption
        for each in done
        for found in each.results.values()
        for finding in found.findings
        for assumption in finding.assumes
    }
