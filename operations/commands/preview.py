"""Show what `up` would change, under the policy pack, and what that means.

A sandbox that is down is started first. What the changes mean is told as `mlp verdict` does for a
pull request, but from what is deployed to the engine's own steps, and with every resource about
which a rehearsal says something else. With --json or --expect-no-changes only the engine is asked,
unless --verdict says otherwise. The exit code is the worse of the two.
"""

import argparse
import json
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from operations.engine import report, verb
from operations.engine.engine import Engine
from operations.engine.outcome import Outcome
from operations.engine.session import session
from operations.errors import EXIT_PROVED, worst
from operations.progress import Steps

if TYPE_CHECKING:
    from concurrent.futures import Future

    from assurance.verdict.side import Side
    from assurance.verdict.verdict import Verdict

EXAMPLE = "mlp preview --stack dev"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    verb.arguments(parser)
    parser.add_argument(
        "--expect-no-changes", action="store_true", help="exit with 1 if anything would change"
    )
    parser.add_argument(
        "--refresh", action="store_true", help="look at the cluster, not only at the state"
    )
    parser.add_argument(
        "--verdict",
        action=argparse.BooleanOptionalAction,
        help="proofs, losses, reachability, room: what it means",
    )
    parser.add_argument("--details", action="store_true", help="what exactly changes, in it")


def run(options: argparse.Namespace) -> int:
    """Preview, and print what would happen."""
    with (
        Steps() as steps,
        session(verb.project_of(options), options.stack, steps, judged=True) as engine,
    ):
        if engine.guard.unfinished:
            steps.note("the last run was cut short; `mlp up` or `mlp destroy` mends that first")
        with _judging(options) as rehearsed:
            outcome, judged = _previewed(options, engine, steps, rehearsed)
    print(_published(options, outcome, judged))
    return worst(outcome.code, _code(judged))


def _judging(options: argparse.Namespace) -> "AbstractContextManager[Future[Side] | None]":
    wanted = options.verdict
    if wanted is None:
        wanted = not (options.json or options.expect_no_changes)
    if not wanted:
        return nullcontext()
    from operations.verdict.real import judging

    return judging(verb.project_of(options), options.stack)


def _previewed(
    options: argparse.Namespace, engine: Engine, steps: Steps, rehearsed: "Future[Side] | None"
) -> "tuple[Outcome, Verdict | None]":
    """Of a preview that the engine could not finish, nothing more can be said."""
    outcome, seen = verb.perform(engine, "preview", verb.options_of(options), steps)
    if rehearsed is None or outcome.result == "failed":
        return outcome, None
    from operations.verdict.real import told

    with steps.step("verdict"):
        return outcome, told(engine, seen, rehearsed.result())


def _published(options: argparse.Namespace, outcome: Outcome, judged: "Verdict | None") -> str:
    if judged is None:
        return verb.published(options, outcome)
    from assurance.verdict.plain import to_json
    from assurance.verdict.text import lines

    if options.json:
        whole = {**outcome.to_json(), "verdict": to_json(judged)}
        return json.dumps(whole, indent=2, sort_keys=True)
    engine = report.lines(outcome, debug=options.debug, brief=True)
    return "\n".join([*engine, *lines(judged, folded=options.details)])


def _code(judged: "Verdict | None") -> int:
    if judged is None:
        return EXIT_PROVED
    from operations.commands.verdict import exit_code

    return exit_code(judged)
