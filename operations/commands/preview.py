"""Show what `up` would change, under the policy pack; a sandbox that is down is started first."""

import argparse

from operations.engine import verb
from operations.engine.session import session
from operations.progress import Steps

EXAMPLE = "mlp preview --stack dev --expect-no-changes"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    verb.arguments(parser)
    parser.add_argument(
        "--expect-no-changes", action="store_true", help="exit with 1 if anything would change"
    )


def run(options: argparse.Namespace) -> int:
    """Preview, and print what would happen."""
    with Steps() as steps, session(options.project, options.stack, steps) as engine:
        if engine.guard.unfinished:
            steps.note("the last run was cut short; `mlp up` or `mlp destroy` mends that first")
        outcome, _ = verb.perform(engine, "preview", verb.options_of(options), steps)
    print(verb.published(options, outcome))
    return outcome.code
