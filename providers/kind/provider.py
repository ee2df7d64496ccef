"""The life of a kind cluster: made, looked at, changed in place or anew, removed."""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from providers.kind import capacity, surroundings
from providers.kind.claim import Claim, claimed
from providers.kind.commands import CommandError, clusters, run
from providers.kind.document import on_machine

_PATIENCE = 1800.0
"""Seconds for a node image to be pulled and five nodes to come up on a slow laptop."""
IN_PLACE = frozenset({"capacity"})
"""What changes on a running cluster; anything else takes another one."""
_INPUTS = ("name", "document", "node", "capacity", "network", "registry", "mirrors")

Props = dict[str, Any]


class KindProvider(ResourceProvider):
    """Knows nothing between calls, so that its pickled form never changes."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Which inputs differ; what takes another cluster is refused.

        The engine would delete what is on the cluster through a provider that it has closed by
        then, or when the cluster is gone; so a person removes the stack, and makes it again.
        """
        changed = [key for key in _INPUTS if _plain(_olds.get(key)) != _plain(_news.get(key))]
        if others := [key for key in changed if key not in IN_PLACE]:
            message = (
                f"this takes another cluster than the one that runs ({', '.join(others)} differ): "
                "destroy the stack, then make it again"
            )
            raise CommandError(message)
        return DiffResult(changes=bool(changed))

    def create(self, props: Props) -> CreateResult:
        """Make the cluster, whole or not at all."""
        wanted = _plain(props)
        name = wanted["name"]
        with claimed(name) as claim:
            _make_room(wanted, claim)
            claim.begin()
            try:
                kubeconfig = _made(wanted, claim)
            except BaseException as error:
                _take_back(wanted, claim, error)
                raise
            claim.made()
        return CreateResult(id_=name, outs={**_inputs(wanted), "kubeconfig": kubeconfig})

    def read(self, id_: str, props: Props) -> ReadResult:
        """What there is; nothing where somebody has deleted the cluster.

        What was cut short while it was made or removed is no cluster. Whatever is left of one is
        cleared away. Where the state knows of a cluster only that it was begun, it has to have been
        made here.
        """
        known = _plain(props)
        with claimed(id_) as claim:
            stands = id_ in clusters() and not claim.cut_short
            if not stands and (claim.cut_short or claim.whole):
                _remove(known, claim)
            if not stands or not (known.get("kubeconfig") or claim.whole):
                return ReadResult(None, {})
            kubeconfig = _kubeconfig(id_)
        kept = _inputs(known)
        kept["capacity"] = capacity.found(kubeconfig, kept["capacity"])
        return ReadResult(id_, {**kept, "kubeconfig": kubeconfig}, kept)

    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Tell the nodes anew what they have."""
        wanted, before = _plain(_news), _plain(_olds)
        capacity.claim(before["kubeconfig"], _instead(before["capacity"], wanted["capacity"]))
        return UpdateResult({**_inputs(wanted), "kubeconfig": before["kubeconfig"]})

    def delete(self, _id: str, _props: Props) -> None:
        """Remove the cluster, and what was made around it."""
        with claimed(_id) as claim:
            claim.begin()
            _remove(_plain(_props), claim)


def _make_room(wanted: Props, claim: Claim) -> None:
    """Clear away what is left of an earlier cluster; leave alone one that somebody else made."""
    name = wanted["name"]
    if name in clusters() and not claim.cut_short:
        message = (
            f"kind has a cluster {name} already, which this stack does not know of: "
            f"kind delete cluster --name {name}"
        )
        raise CommandError(message)
    _remove(wanted, claim)


def _instead(before: capacity.Claims, wanted: capacity.Claims) -> capacity.Claims:
    """The claims that are wanted, and nought of those that no longer are."""
    return {
        pool: {**dict.fromkeys(before.get(pool, ()), 0), **wanted.get(pool, {})}
        for pool in {**before, **wanted}
    }


def _made(wanted: Props, claim: Claim) -> str:
    machine = surroundings.prepare(wanted, claim.folder)
    document = on_machine(wanted["document"], wanted["node"], machine)
    name = wanted["name"]
    with _nobodys_kubeconfig() as path:
        run(
            *("kind", "create", "cluster", "--name", name, "--config", "-"),
            *("--wait", "5m", "--kubeconfig", path),
            text=json.dumps(document),
            seconds=_PATIENCE,
        )
    kubeconfig = _kubeconfig(name)
    capacity.claim(kubeconfig, wanted["capacity"])
    return kubeconfig


def _take_back(wanted: Props, claim: Claim, error: BaseException) -> None:
    try:
        _remove(wanted, claim)
    except CommandError as left:
        message = f"{error}\nwhat there was of the cluster could not be removed either: {left}"
        raise CommandError(message) from error


def _remove(wanted: Props, claim: Claim) -> None:
    """Whatever there is of the cluster, as far as that is."""
    with _nobodys_kubeconfig() as path:
        run(
            *("kind", "delete", "cluster", "--name", wanted["name"], "--kubeconfig", path),
            seconds=_PATIENCE,
        )
    surroundings.clear(wanted, claim)


def _kubeconfig(name: str) -> str:
    return run("kind", "get", "kubeconfig", "--name", name)


@contextlib.contextmanager
def _nobodys_kubeconfig() -> Iterator[str]:
    """Where kind may write, as it always does: the person's own is none of its business."""
    with tempfile.TemporaryDirectory() as private:
        yield str(Path(private) / "kubeconfig")


def _inputs(props: Props) -> Props:
    return {key: props.get(key) for key in _INPUTS}


def _plain(value: Any) -> Any:
    """Whole numbers, where the engine's protocol has turned them into floats."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
