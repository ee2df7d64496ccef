"""Deploy a stack: preview under the policy pack, then change what differs, then say what is there.

A violation that is mandatory refuses the deployment before anything is created. The sandbox's
control plane is started if its stack asks for one.
"""

import argparse

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
    with Steps() as steps, session(options.project, options.stack, steps) as engine:
        recover(engine, chosen, steps)
        outcome, planned = verb.perform(engine, "preview", chosen, steps)
        if outcome.code == 0:
            if not verb.agreed(options, engine, outcome):
                print("nothing was changed")
                return outcome.code
            adopt_kept(engine, planned, steps)
            outcome, _ = verb.perform(engine, "up", chosen, steps, expected=planned)
            if outcome.code == 0:
                engine.guard.recovered()
    print(verb.published(options, outcome))
    if outcome.code == 0 and not options.json:
        print("\n".join(summary(engine.target, steps.finished)))
    return outcome.code
