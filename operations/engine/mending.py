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

from components.config import PlatformConfig
from operations.engine.engine import Engine, Options, Watcher
from operations.engine.events import Run, title
from operations.engine.live import Key, Live, LiveObject
from operations.engine.outcome import Outcome
from operations.engine.recovery import (
    KIND,
    PROVIDER,
    entered,
    kubeconfig,
    leaving,
    pending,
    recorded,
    settled,
    unknowable,
    unsettled_cluster,
    wanted,
)
from operations.errors import UserError
from operations.progress import Step, Steps
from providers.config import ExistingConfig, KindConfig

_PATIENCE = 120.0
"""Seconds for objects that were being deleted when the engine was killed."""


def recover(engine: Engine, options: Options, steps: Steps) -> None:
    """Mend what an earlier run has left undone; nothing to do is the usual case."""
    cut_short = engine.guard.unfinished
    state = engine.export()
    if cut_short is None and not pending(state["deployment"]):
        return
    what = cut_short.operation if cut_short else "operation"
    if lost := unknowable(state["deployment"]):
        steps.note(f"may have been made, and is not in the state: {', '.join(map(title, lost))}")
    with steps.step(f"recover from the {what} that was cut short") as shown:
        if _makes(engine) and (unsettled_cluster(state["deployment"]) or not _stands(engine)):
            _enter(engine, {}, steps)
            shown.detail("reading back what the state has")
            _refreshed(engine, options, steps)
        else:
            _recover_objects(engine, options, steps, shown)


def _recover_objects(engine: Engine, options: Options, steps: Steps, shown: Step) -> None:
    """Mend what was being done on a cluster that stands."""
    with _cluster(engine) as live:
        mine = partial(live.of_stack, engine.target.stack)
        _settle(mine, shown)
        _enter(engine, mine(), steps)
        shown.detail("reading back what the state has")
        _refreshed(engine, options, steps)
        left = leaving(mine().values(), recorded(engine.export()["deployment"]))
        for thing in left:
            live.delete(thing)
        _settle(mine, shown)
    if left:
        steps.note(f"deleted what was to go with its namespace: {_some(left)}")


def _enter(engine: Engine, live: Mapping[Key, LiveObject], steps: Steps) -> None:
    """Settle the state's intentions, if it has any."""
    state = engine.export()
    if pending(state["deployment"]):
        engine.replace({**state, "deployment": entered(state["deployment"], live)}, steps.note)


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
    stack, found = engine.target.stack, _kubeconfig(engine)
    if found is None:
        message = f"stack {stack}: no kubeconfig; set KUBECONFIG to the file that reaches it"
        raise UserError(message)
    cluster = engine.target.cluster
    context = cluster.context if isinstance(cluster, ExistingConfig) else None
    try:
        with Live(found, context) as live:
            yield live
    except httpx2.HTTPError as error:
        message = f"stack {stack}: its cluster does not answer: {error}"
        raise UserError(message) from None


def _kubeconfig(engine: Engine) -> KubeConfig | None:
    """That of the cluster which the stack makes, which it names, or which the environment names.

    None before there is a cluster. A stack that makes its own never means another one.
    """
    stated = None if engine.target.sandbox else engine.stated_kubeconfig()
    if _makes(engine):
        stated = stated or kubeconfig(engine.shown(), KIND if _is_own_kind(engine) else PROVIDER)
    if stated or _makes(engine):
        return KubeConfig.from_dict(yaml.safe_load(stated)) if stated else None
    path = Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    return KubeConfig.from_file(path) if path.is_file() else None


def _makes(engine: Engine) -> bool:
    """Whether this stack, or the one whose platform it uses, makes its cluster."""
    return not isinstance(engine.target.cluster, ExistingConfig)


def _is_own_kind(engine: Engine) -> bool:
    own = isinstance(engine.target.file.stack.platform, PlatformConfig)
    return own and isinstance(engine.target.cluster, KindConfig)


def _stands(engine: Engine) -> bool:
    """Whether there is a cluster; containers that do not answer are as good as none."""
    found = _kubeconfig(engine)
    if found is None or not _is_own_kind(engine):
        return found is not None
    with Live(found) as live:
        return live.answers()


def _some(things: Sequence[LiveObject]) -> str:
    names = [str(thing) for thing in things]
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")  # noqa: PLR2004 - a line's worth
