"""Compare the state with the cluster, and write into the state what is really there."""

import argparse

from operations.engine import verb
from operations.engine.mending import recover
from operations.engine.session import session
from operations.progress import Steps

EXAMPLE = "mlp refresh --stack dev"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    verb.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Refresh, and print what had changed."""
    chosen = verb.options_of(options)
    with Steps() as steps, session(verb.project_of(options), options.stack, steps) as engine:
        recover(engine, chosen, steps)
        outcome, _ = verb.perform(engine, "refresh", chosen, steps)
    print(verb.published(options, outcome))
    return outcome.code
