"""Decide what must hold: proved, refuted with a witness, or unknown because of a named thing.

On stacks, rehearsed cold and warm, each together with the platform that it stands on; or on plain
manifests of anybody: a folder, a file, or - for standard input. A document that cannot be read is
named with file, line and number and left out; the rest is judged.

Exit codes: 0 proved, 1 refuted, 2 unknown where the level does not allow it, 3 something could
not be judged at all (input, usage, or a proof that is broken itself), whatever the rest says.
"""

import argparse
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TextIO

from assurance.document import dumps, runs
from assurance.proofs.registry import available
from operations.commands.rehearse import write
from operations.errors import UserError
from operations.intent_file import EXAMPLE as INTENT
from operations.proving import Proved, chosen, exit_code, prove
from operations.rehearsal import MODES, Rehearsal, commit_day
from operations.reporting import report
from operations.sources import Material, of_stacks
from operations.stacks import project_root, stack_paths

EXAMPLE = f"""mlp prove --stack sandbox --only isolation
  mlp prove --manifests k8s/ --intent intent.yaml
  helm template web charts/web | mlp prove --manifests - --only isolation,capacity

an intent.yaml:
  {INTENT.replace(chr(10), f"{chr(10)}  ")}"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    source_arguments(parser)
    result_arguments(parser)


def result_arguments(parser: argparse.ArgumentParser) -> None:
    """What is decided, and how it is told."""
    parser.add_argument(
        "--only",
        metavar="PROOF",
        nargs="+",
        action="extend",
        default=[],
        help=f"some of the proofs: {', '.join(each.name for each in available())}",
    )
    parser.add_argument("--all-findings", action="store_true", help="show what is proved as well")


def source_arguments(parser: argparse.ArgumentParser) -> None:
    """What is to be judged: stacks, or manifests."""
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
    which.add_argument(
        "--manifests", type=Path, metavar="DIR", help="YAML and JSON: a folder, a file, or -"
    )
    parser.add_argument("--mode", choices=MODES, help="of stacks: one mode; both if left out")
    common_arguments(parser)


def common_arguments(parser: argparse.ArgumentParser) -> None:
    """What every kind of source takes."""
    parser.add_argument(
        "--intent",
        type=Path,
        metavar="FILE",
        help="what is meant, as YAML or JSON; else every namespace is a team without needs",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the document here; - is standard output"
    )
    parser.add_argument(
        "--today",
        type=_day,
        metavar="DATE",
        help="the day for waivers and dates; else HEAD's for stacks, the clock's for the rest",
    )


def run(options: argparse.Namespace) -> int:
    """Prove; the exit code says how it came out."""
    only = chosen(options.only)
    stream = sys.stderr if options.json == "-" else sys.stdout
    return concluded(proved_sources(options, only=only, stream=stream), options, stream)


def concluded(done: list[Proved], options: argparse.Namespace, stream: TextIO) -> int:
    """Report, write the document, and say how it came out."""
    report(done, stream, proved_too=options.all_findings, debug=options.debug)
    if options.json:
        write(dumps(runs(each.to_json() for each in done)), options.json)
    return exit_code(done)


def proved_sources(
    options: argparse.Namespace, *, only: tuple[str, ...], stream: TextIO
) -> list[Proved]:
    """Everything that was asked for, proved."""
    done = []
    for material in _materials(options, only):
        for note in material.notes:
            print(note, file=stream)
        done.append(prove(material.run, only, material.assumptions))
    return done


def _materials(options: argparse.Namespace, only: tuple[str, ...]) -> Iterable[Material]:
    if options.manifests is not None:
        if options.mode:
            message = "--mode goes with stacks: manifests are what they are"
            raise UserError(message)
        from operations.foreign import of_manifests

        return [of_manifests(options.manifests, options.intent, options.today)]
    if options.intent is not None:
        message = "--intent goes with --manifests: a stack says itself what is meant"
        raise UserError(message)
    root = project_root()
    today = options.today or commit_day(root)
    rehearsal = Rehearsal(root=root, today=today, graphs=True)
    modes = [options.mode] if options.mode else MODES
    paths = stack_paths(root, options.stack)
    return of_stacks(paths, modes, rehearsal, only, debug=options.debug)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"expected a day such as 2026-01-31, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None
