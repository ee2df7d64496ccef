"""What the verbs up, preview, refresh and destroy share: options, the run, what is printed."""

import argparse
import json
import sys
import time
from pathlib import Path

from operations.engine import report
from operations.engine.display import Display
from operations.engine.engine import PARALLEL, Engine, Operation, Options, Watcher
from operations.engine.events import Run
from operations.engine.outcome import Outcome
from operations.errors import UserError
from operations.progress import Steps
from operations.stacks import project_root

DEFAULT_STACK = "sandbox"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options that all of these verbs have."""
    parser.add_argument("--stack", default=DEFAULT_STACK, help=f"default: {DEFAULT_STACK}")
    parser.add_argument("--yes", action="store_true", help="do not ask before a real cluster")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument(
        "--parallel", type=int, default=PARALLEL, help=f"operations at a time ({PARALLEL})"
    )
    parser.add_argument(
        "--project", type=_folder, help="where the stack files are; default: here, or above"
    )


def _folder(text: str) -> Path:
    return Path(text).resolve()


def project_of(parsed: argparse.Namespace) -> Path:
    """The project that was named, or the one that a person stands in."""
    return parsed.project or project_root()


def options_of(parsed: argparse.Namespace) -> Options:
    """The engine's share of the options."""
    return Options(
        parallel=parsed.parallel,
        expect_no_changes=getattr(parsed, "expect_no_changes", False),
        refresh=getattr(parsed, "refresh", False),
        debug=parsed.debug,
    )


def perform(
    engine: Engine,
    operation: Operation,
    options: Options,
    steps: Steps,
    expected: Run | None = None,
) -> tuple[Outcome, Run]:
    """Run one operation with its display."""
    with steps.step(f"{operation} {engine.target.stack}") as shown:
        display = Display(steps, shown, expected, time.monotonic)
        watcher = Watcher(step=display.event, tick=display.tick, note=steps.note)
        outcome = engine.perform(operation, options, watcher)
    return outcome, watcher.run


def published(parsed: argparse.Namespace, outcome: Outcome) -> str:
    """An outcome as a machine reads it, or a person."""
    if parsed.json:
        return json.dumps(outcome.to_json(), indent=2, sort_keys=True)
    return "\n".join(report.lines(outcome, debug=parsed.debug))


def agreed(parsed: argparse.Namespace, engine: Engine, outcome: Outcome) -> bool:
    """Ask before a real cluster is changed; a sandbox is nobody's but this clone's."""
    if parsed.yes or engine.target.sandbox or not outcome.changes:
        return True
    if not sys.stdin.isatty():
        message = f"stack {outcome.stack} is no sandbox: say --yes to change it without being asked"
        raise UserError(message)
    report_lines = "\n".join(report.lines(outcome))
    question = f"{report_lines}\nchange stack {outcome.stack}? [y/N] "
    return input(question).strip().lower() in {"y", "yes"}
