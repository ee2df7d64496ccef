"""Show what `up` would change, under the policy pack; a sandbox that is down is started first.

With --verdict it says besides what that means, as `mlp verdict` does for a pull request, from the
engine's own steps, and where they are not what a rehearsal says. The exit code is then the worse of
the two.
"""

import argparse

from operations.engine import verb
from operations.engine.session import session
from operations.progress import Steps

EXAMPLE = "mlp preview --stack dev --verdict"


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
        "--verdict", action="store_true", help="proofs, losses, reachability, room: what it means"
    )


def run(options: argparse.Namespace) -> int:
    """Preview, and print what would happen."""
    with Steps() as steps, session(options.project, options.stack, steps) as engine:
        if engine.guard.unfinished:
            steps.note("the last run was cut short; `mlp up` or `mlp destroy` mends that first")
        if not options.verdict:
            outcome, _ = verb.perform(engine, "preview", verb.options_of(options), steps)
            print(verb.published(options, outcome))
            return outcome.code
        from assurance.verdict.text import lines
        from operations.commands.verdict import exit_code
        from operations.verdict.real import rehearsing, told

        with rehearsing(options.project, options.stack, debug=options.debug) as rehearsed:
            outcome, seen = verb.perform(engine, "preview", verb.options_of(options), steps)
            with steps.step("verdict"):
                judged = told(engine, seen, rehearsed.result())
    print(verb.published(options, outcome))
    print("\n".join(lines(judged)))
    return max(outcome.code, exit_code(judged))
