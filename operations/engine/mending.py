"""What is mended before an operation: what was cut short, and what exists outside the state."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import yaml
from lightkube.config.kubeconfig import KubeConfig

from operations.engine.engine import Engine, Options, Watcher
from operations.engine.events import Run
from operations.engine.live import Key, Live, LiveObject
from operations.engine.outcome import Outcome
from operations.engine.recovery import entered, leaving, pending, recorded, settled, wanted
from operations.errors import UserError
from operations.progress import Step, Steps
from providers.config import ExistingConfig

_PATIENCE = 120.0
"""Seconds for objects that were being deleted when the engine was killed."""


def recover(engine: Engine, options: Options, steps: Steps) -> None:
    """Mend what an earlier run has left undone; nothing to do is the usual case."""
    cut_short = engine.guard.unfinished
    state = engine.export()
    if cut_short is None and not pending(state["deployment"]):
        return
    what = cut_short.operation if cut_short else "operation"
    with (
        steps.step(f"recover from the {what} that was cut short") as shown,
        _cluster(engine) as live,
    ):
        mine = partial(live.of_stack, engine.target.stack)
        _settle(mine, shown)
        if pending(state["deployment"]):
            settled_state = entered(state["deployment"], mine())
            engine.replace({**state, "deployment": settled_state}, steps.note)
        shown.detail("reading back what the state has")
        _refreshed(engine, options, steps)
        left = leaving(mine().values(), recorded(engine.export()["deployment"]))
        for thing in left:
            live.delete(thing)
        _settle(mine, shown)
    if left:
        steps.note(f"deleted what was to go with its namespace: {_some(left)}")


def adopt_kept(engine: Engine, planned: Run, steps: Steps) -> None:
    """Have the next `up` import what exists already; it was kept when it was last destroyed."""
    keys = {key for step in planned.wanted if (key := wanted(step.type, step.inputs))}
    if not keys or _kubeconfig(engine) is None:
        return
    with _cluster(engine) as live:
        kept = {k: thing for k, thing in live.of_stack(engine.target.stack).items() if k in keys}
        for thing in kept.values():
            live.disown(thing)
    if kept:
        steps.note(f"exists already, is ours, and is taken back: {_some(list(kept.values()))}")

    def adopt(type_: str, inputs: Mapping[str, Any]) -> str | None:
        key = wanted(type_, inputs)
        return kept[key].id if key in kept else None

    engine.adopt = adopt


def _settle(mine: Callable[[], Mapping[Key, LiveObject]], shown: Step) -> None:
    stuck = settled(lambda: mine().values(), _PATIENCE, shown.detail)
    if stuck:
        message = f"after {_PATIENCE:.0f} s still being deleted: {_some(stuck)}"
        raise UserError(message)


def _refreshed(engine: Engine, options: Options, steps: Steps) -> Outcome:
    mending = Options(parallel=options.parallel)
    outcome = engine.perform("refresh", mending, Watcher(note=steps.note))
    if outcome.result != "succeeded":
        words = "; ".join(message.text for message in outcome.messages)
        message = f"the state could not be read back from the cluster: {words}"
        raise UserError(message)
    return outcome


@contextlib.contextmanager
def _cluster(engine: Engine) -> Iterator[Live]:
    """The stack's cluster, as the program itself would reach it."""
    stack, kubeconfig = engine.target.stack, _kubeconfig(engine)
    if kubeconfig is None:
        message = f"stack {stack}: no kubeconfig; set KUBECONFIG to the file that reaches it"
        raise UserError(message)
    cluster = engine.target.cluster
    context = cluster.context if isinstance(cluster, ExistingConfig) else None
    try:
        with Live(kubeconfig, context) as live:
            yield live
    except httpx2.HTTPError as error:
        message = f"stack {stack}: its cluster does not answer: {error}"
        raise UserError(message) from None


def _kubeconfig(engine: Engine) -> KubeConfig | None:
    """That of the cluster which the stack makes, which it names, or which the environment names.

    None before there is a cluster. A stack that makes its own never means another one.
    """
    makes = not isinstance(engine.target.cluster, ExistingConfig)
    stated = None if engine.target.sandbox else engine.stated_kubeconfig()
    text = stated or (engine.made_kubeconfig() if makes else None)
    if text:
        return KubeConfig.from_dict(yaml.safe_load(text))
    if makes:
        return None
    path = Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    return KubeConfig.from_file(path) if path.is_file() else None


def _some(things: Sequence[LiveObject]) -> str:
    names = [str(thing) for thing in things]
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")  # noqa: PLR2004 - a line's worth
