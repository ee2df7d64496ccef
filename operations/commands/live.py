"""The same proofs on a running cluster: what `mlp prove` decides of a stack, of what is there now.

The cluster is asked by get and list alone, and never for what a Secret or a ConfigMap holds, but
for the intent that the platform has left in ConfigMaps of its own. What the user may not list is
named, and is unknown. The lists are of different moments: on a cluster that changes meanwhile, ask
again.

Exit codes: 0 proved, 1 refuted, 2 unknown, 3 the cluster cannot be asked, or a proof is broken.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from assurance.graph.intent import Intent
from assurance.graph.intent_json import IntentError, intent_of
from assurance.graph.readers.live import Live, read_live
from assurance.graph.readers.live_api import RefusedError
from assurance.graph.values import Level
from operations.commands.prove import common_arguments, concluded, result_arguments
from operations.errors import UserError
from operations.foreign import default_intent
from operations.intent_file import read_intent
from operations.kubeconfig import asking
from operations.proving import Proved, chosen, prove, read_levels
from operations.sources import strictest
from operations.stacks import project_root
from operations.unread import READING, doubted, reading

EXAMPLE = "mlp live --kubeconfig ~/.kube/config --context prod --only isolation"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument(
        "--kubeconfig", type=Path, metavar="FILE", help="how to reach it; else $KUBECONFIG"
    )
    parser.add_argument(
        "--context", metavar="NAME", help="the kubeconfig's context, if not its own"
    )
    common_arguments(parser)
    result_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Read, prove, report."""
    only = chosen(options.only)
    stream = sys.stderr if options.json == "-" else sys.stdout
    stated = None if options.intent is None else read_intent(options.intent)
    with asking(options.kubeconfig, options.context) as ask:
        try:
            live = read_live(ask, ask.name)
            intent, note = (stated, None) if stated is not None else _intent(live)
        except RefusedError as error:
            message = f"{ask.server} says nothing of what it holds: {error}"
            raise UserError(message) from None
        except IntentError as error:
            message = f"the intent on {ask.name} cannot be read: {error}"
            raise UserError(message) from None
        print(f"{ask.name}: {_measure(live)} at {ask.server}", file=stream)
    if note:
        print(note, file=stream)
    found = Proved(
        name=ask.name,
        graph=live.graph,
        intent=intent,
        today=options.today or datetime.now(tz=UTC).date(),
        levels=levels_there(live.stacks),
    )
    done = prove(found, only)
    results = {
        READING: reading(live.unread, {"kinds": live.kinds, "objects": len(live.graph.resources)}),
        **{name: doubted(name, each, live.unread) for name, each in done.results.items()},
    }
    return concluded([replace(done, results=results)], options, stream)


def _measure(live: Live) -> str:
    objects = len(live.graph.resources)
    return f"{objects} objects of {live.kinds} kinds, {live.through_owners} more by their owners,"


def _intent(live: Live) -> tuple[Intent, str | None]:
    """What the platform has left there; else what one may suppose."""
    if live.statements:
        return intent_of(live.statements), None
    note = "no intent on this cluster: every namespace is taken for a team without needs (--intent)"
    return default_intent(live.graph), note


def levels_there(stacks: Iterable[str]) -> dict[str, Level]:
    """In the project itself, what findings mean for the stacks that are deployed there."""
    try:
        root = project_root()
    except UserError:
        return {}
    return strictest([read_levels(root, stack) for stack in stacks])
