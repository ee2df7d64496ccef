"""Run the program as it is, without engine, cluster or credentials, and show what it registers.

Cold is before the first deployment: every output is unknown. Warm is with everything standing.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

from assurance.document import dumps, runs
from operations.errors import EXIT_PROVED, UserError
from operations.rehearsal import MODES, Rehearsal, Rehearsed, commit_day, rehearse
from operations.stacks import project_root, stack_paths

EXAMPLE = "mlp rehearse --stack sandbox --mode cold --json -"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
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
    parser.add_argument("--mode", choices=MODES, help="one mode; both if left out")
    parser.add_argument(
        "--json", metavar="FILE", help="write the document here; - is standard output"
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="instead of HEAD's committer date"
    )


def run(options: argparse.Namespace) -> int:
    """Rehearse; 0 if every program ran to its end."""
    root = project_root()
    rehearsal = Rehearsal(
        root=root,
        today=options.today or commit_day(root),
        documents=options.json is not None,
    )
    modes = [options.mode] if options.mode else MODES
    done = rehearse(rehearsal, stack_paths(root, options.stack), modes)
    refuse_failures(done, debug=options.debug)
    _report(done, rehearsal.today, sys.stderr if options.json == "-" else sys.stdout)
    if options.json:
        write(dumps(runs(each.document for each in done if each.document)), options.json)
    return EXIT_PROVED


def refuse_failures(done: Iterable[Rehearsed], *, debug: bool) -> None:
    """What failed in both modes alike is said once."""
    failures: dict[tuple[str, str], list[Rehearsed]] = {}
    for each in done:
        if each.error is not None:
            failures.setdefault((each.stack, each.error), []).append(each)
    if failures:
        raise UserError("\n".join(_failure(which, debug=debug) for which in failures.values()))


def _failure(failed: Sequence[Rehearsed], *, debug: bool) -> str:
    first = failed[0]
    modes = " and ".join(each.mode for each in failed)
    lines = [f"stack {first.stack} does not rehearse {modes}:", *_indented(str(first.error))]
    lines += [f"  it said: {message}" for message in first.messages]
    if debug:
        lines += _indented(first.trace)
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _report(done: Sequence[Rehearsed], today: date, stream: TextIO) -> None:
    console = Console(file=stream, highlight=False, soft_wrap=True)
    for each in done:
        for message in each.messages:
            console.print(f"{each.stack} ({each.mode}): {message}", markup=False)
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in ("stack", "mode"):
        table.add_column(name)
    for name in ("resources", "objects", "teams", "pod templates", "unknown", "secret", "time"):
        table.add_column(name, justify="right")
    for each in done:
        table.add_row(*_row(each))
    console.print(table)
    seen: set[str] = set()
    for each in done:
        if each.stack not in seen:
            seen.add(each.stack)
            _details(each, console)
    console.print(f"today is {today.isoformat()}; nothing was deployed, nothing was asked")


def _row(each: Rehearsed) -> list[str]:
    numbers = each.summary
    counts = [numbers["resources"], numbers["objects"], len(numbers["teams"])]
    counts += [numbers["pod_templates"], numbers["values_unknown"], numbers["values_secret"]]
    return [each.stack, each.mode, *map(str, counts), f"{each.seconds:.1f} s"]


def _details(each: Rehearsed, console: Console) -> None:
    """What the stack consists of, by kind and by component."""
    kinds = (f"{count} {kind.rpartition(':')[2]}" for kind, count in each.summary["kinds"].items())
    parts = (
        f"{count} in {kind.rpartition(':')[2]}"
        for kind, count in each.summary["components"].items()
    )
    console.print(f"\n{each.stack}: {', '.join(kinds)}", markup=False)
    console.print(f"  {', '.join(parts)}", markup=False)
    if each.summary["teams"]:
        console.print(f"  teams: {', '.join(each.summary['teams'])}", markup=False)


def write(text: str, target: str) -> None:
    """A document, to a file or to standard output."""
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{target}: cannot be written: {error.strerror}"
        raise UserError(message) from None
