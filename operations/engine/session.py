"""One command's hold on one stack: nobody else works on it, and what was cut short is mended."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from lightkube.config.kubeconfig import KubeConfig

from operations.engine.engine import Engine, Options, Watcher
from operations.engine.guard import Guard
from operations.engine.live import Live, LiveObject
from operations.engine.outcome import Outcome
from operations.engine.recovery import Key, adopting, orphans, pending, recorded, settled
from operations.engine.target import open_target
from operations.errors import UserError
from operations.filelock import exclusive
from operations.progress import Steps
from providers.config import ExistingConfig

_PATIENCE = 120.0
"""Seconds for objects that were being deleted when the engine was killed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovered:
    """What a recovery has found."""

    orphans: Mapping[Key, LiveObject] = field(default_factory=dict)
    """On the cluster, ours, and in no state."""


@contextlib.contextmanager
def session(project: Path, stack: str, steps: Steps) -> Iterator[Engine]:
    """Hold a stack for the length of a command."""
    place = project / ".ml-platform" / "engine"
    with (
        exclusive(place / f"{stack}.lock", lambda who: steps.note(f"waiting for {who}")),
        Guard(place / f"{stack}.run", steps.note) as guard,
    ):
        yield Engine(open_target(project, stack, steps), guard)


def recover(engine: Engine, options: Options, steps: Steps) -> Recovered:
    """Mend what an earlier run has left undone; nothing to do is the usual case."""
    cut_short = engine.guard.unfinished
    if cut_short is None and not pending(engine.deployment()):
        return Recovered()
    what = cut_short.operation if cut_short else "operation"
    with steps.step(f"recover from the {what} that was cut short") as shown, _live(engine) as live:
        stack = engine.target.stack
        stuck = settled(lambda: live.of_stack(stack), _PATIENCE, shown.detail)
        if stuck:
            message = f"after {_PATIENCE:.0f} s still being deleted: {stuck}"
            raise UserError(message)
        shown.detail("reading what the state knows of")
        _refreshed(engine, options, steps)
        found = orphans(live.of_stack(stack), recorded(engine.deployment()))
    engine.adopt = adopting(found)
    if found:
        steps.note(f"{len(found)} objects exist that the state lacks: {_some(found)}")
    return Recovered(orphans=found)


def sweep(engine: Engine, recovered: Recovered, steps: Steps) -> None:
    """After `destroy`: delete what the state never knew, and wait until it is gone."""
    if not recovered.orphans:
        return
    with steps.step("delete what the state lacks") as shown, _live(engine) as live:
        stack = engine.target.stack
        for thing in live.of_stack(stack):
            if thing.key in recovered.orphans:
                live.delete(thing)
        settled(lambda: live.of_stack(stack), _PATIENCE, shown.detail)


def _refreshed(engine: Engine, options: Options, steps: Steps) -> Outcome:
    mending = Options(parallel=options.parallel, clear_pending_creates=True)
    outcome = engine.perform("refresh", mending, Watcher(note=steps.note))
    if outcome.result != "succeeded":
        words = "; ".join(message.text for message in outcome.messages)
        message = f"the state could not be read back from the cluster: {words}"
        raise UserError(message)
    return outcome


def _live(engine: Engine) -> Live:
    """The stack's cluster, as the program itself would reach it."""
    cluster = engine.target.file.stack.cluster
    context = cluster.context if isinstance(cluster, ExistingConfig) else None
    text = None if engine.target.sandbox else engine.kubeconfig()
    if text:
        return Live(KubeConfig.from_dict(yaml.safe_load(text)), context)
    path = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    return Live(KubeConfig.from_file(path), context)


def _some(found: Mapping[Key, LiveObject]) -> str:
    names = [str(thing) for thing in found.values()]
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")  # noqa: PLR2004 - a line's worth
