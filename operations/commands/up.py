"""Deploy a stack: preview under the policy pack, then change what differs, then say what is there.

A violation that is mandatory refuses the deployment before anything is created. The sandbox's
control plane is started if its stack asks for one.
"""

import argparse
from dataclasses import replace

from operations.engine import verb
from operations.engine.mending import adopt_kept, recover
from operations.engine.session import session
from operations.engine.summary import summary
from operations.progress import Steps

EXAMPLE = "mlp up --stack sandbox"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    verb.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Deploy, and print the summary."""
    chosen = verb.options_of(options)
    with (
        Steps() as steps,
        session(verb.project_of(options), options.stack, steps, judged=True) as engine,
    ):
        recover(engine, chosen, steps)
        outcome, planned = verb.perform(engine, "preview", chosen, steps)
        if outcome.code == 0:
            if not verb.agreed(options, engine, outcome):
                print("nothing was changed")
                return outcome.code
            if not outcome.changes and engine.leaves_as_is():
                outcome = replace(outcome, operation="up")
                steps.note(
                    "nothing to deploy: program, state and settings are those of the last up"
                )
            else:
                adopt_kept(engine, planned, steps)
                outcome, _ = verb.perform(engine, "up", chosen, steps, expected=planned)
                if outcome.code == 0:
                    engine.concluded()
    print(verb.published(options, outcome))
    if outcome.code == 0 and not options.json:
        print("\n".join(summary(engine.target, steps.finished)))
    return outcome.code
