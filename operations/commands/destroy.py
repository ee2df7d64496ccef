"""Remove everything that a stack has made; with `--remove`, its sandbox as well."""

import argparse
import sys

from operations import sandbox as sandboxes
from operations.engine import verb
from operations.engine.mending import recover
from operations.engine.outcome import unneeded
from operations.engine.session import session
from operations.engine.target import never_was
from operations.errors import UserError
from operations.progress import Steps

EXAMPLE = "mlp destroy --stack sandbox"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    verb.arguments(parser)
    parser.add_argument("--remove", action="store_true", help="remove the sandbox, too")


def run(options: argparse.Namespace) -> int:
    """Destroy, and print what is gone."""
    chosen, project = verb.options_of(options), verb.project_of(options)
    if never_was(project, options.stack):
        said = f"nothing to destroy: there is no sandbox for stack {options.stack}"
        nothing = unneeded(options.stack, "destroy")
        print(verb.published(options, nothing) if options.json else said)
        return nothing.code
    with Steps() as steps, session(project, options.stack, steps) as engine:
        target = engine.target
        if not (options.yes or target.sandbox or _agreed(target.stack)):
            print("nothing was changed")
            return 0
        recover(engine, chosen, steps)
        outcome, _ = verb.perform(engine, "destroy", chosen, steps)
        if outcome.code == 0:
            engine.guard.recovered()
            if target.sandbox and options.remove:
                sandboxes.remove(target.sandbox.directory, steps)
    print(verb.published(options, outcome))
    if target.sandbox and not options.remove and not options.json:
        print(f"the control plane still runs: mlp sandbox stop --stack {target.stack}")
    return outcome.code


def _agreed(stack: str) -> bool:
    if not sys.stdin.isatty():
        message = f"stack {stack} is no sandbox: say --yes to destroy it without being asked"
        raise UserError(message)
    return input(f"destroy everything of stack {stack}? [y/N] ").strip().lower() in {"y", "yes"}
