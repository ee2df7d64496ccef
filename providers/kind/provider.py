"""The life of a kind cluster: made, looked at, changed in place or anew, removed."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from providers.kind import capacity, surroundings
from providers.kind.claim import Claim, claimed
from providers.kind.commands import CommandError, clusters, run
from providers.kind.document import on_machine

_PATIENCE = 600.0
"""Seconds for images to be pulled and five nodes to come up on a slow laptop."""
_IN_PLACE = {"capacity"}
"""What changes on a running cluster; anything else needs another one."""
_INPUTS = ("name", "document", "node", "capacity", "network", "registry", "mirrors")

Props = dict[str, Any]


class KindProvider(ResourceProvider):
    """Knows nothing between calls, so that its pickled form never changes."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Which inputs differ, and whether that takes a new cluster."""
        changed = [key for key in _INPUTS if _plain(_olds.get(key)) != _plain(_news.get(key))]
        return DiffResult(
            changes=bool(changed),
            replaces=[key for key in changed if key not in _IN_PLACE],
            delete_before_replace=True,
        )

    def create(self, props: Props) -> CreateResult:
        """Make the cluster, whole or not at all."""
        wanted = _plain(props)
        name = wanted["name"]
        with claimed(name) as claim:
            _make_room(name, claim)
            claim.begin()
            try:
                kubeconfig = _made(wanted, claim)
            except BaseException:
                _remove(wanted)
                claim.end()
                raise
            claim.end()
        return CreateResult(id_=name, outs={**_inputs(wanted), "kubeconfig": kubeconfig})

    def read(self, id_: str, props: Props) -> ReadResult:
        """What there is; nothing where somebody has deleted the cluster."""
        if id_ not in clusters():
            return ReadResult(None, {})
        kubeconfig = run("kind", "get", "kubeconfig", "--name", id_)
        kept = _inputs(_plain(props))
        kept["capacity"] = capacity.found(kubeconfig, kept["capacity"])
        return ReadResult(id_, {**kept, "kubeconfig": kubeconfig}, kept)

    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Tell the nodes anew what they have."""
        wanted = _plain(_news)
        capacity.claim(_olds["kubeconfig"], wanted["capacity"])
        return UpdateResult({**_inputs(wanted), "kubeconfig": _olds["kubeconfig"]})

    def delete(self, _id: str, _props: Props) -> None:
        """Remove the cluster, and what was made around it."""
        with claimed(_id):
            _remove(_plain(_props))


def _make_room(name: str, claim: Claim) -> None:
    """Clear away a cluster that was never finished; leave alone one that somebody else made."""
    if name not in clusters():
        return
    if not claim.cut_short:
        message = (
            f"kind has a cluster {name} already, and this stack did not make it: "
            f"kind delete cluster --name {name}"
        )
        raise CommandError(message)
    run("kind", "delete", "cluster", "--name", name)


def _made(wanted: Props, claim: Claim) -> str:
    machine = surroundings.prepare(wanted, claim.folder)
    document = on_machine(wanted["document"], wanted["node"], machine)
    name = wanted["name"]
    with tempfile.TemporaryDirectory() as private:
        kubeconfig = Path(private) / "kubeconfig"
        run(
            *("kind", "create", "cluster", "--name", name, "--config", "-"),
            *("--wait", "5m", "--kubeconfig", str(kubeconfig)),
            text=json.dumps(document),
            seconds=_PATIENCE,
        )
        text = kubeconfig.read_text(encoding="utf-8")
    capacity.claim(text, wanted["capacity"])
    return text


def _remove(wanted: Props) -> None:
    name = wanted["name"]
    if name in clusters():
        run("kind", "delete", "cluster", "--name", name, seconds=_PATIENCE)
    surroundings.clear(wanted)


def _inputs(props: Props) -> Props:
    return {key: props.get(key) for key in _INPUTS}


def _plain(value: Any) -> Any:
    """Whole numbers, where the engine's protocol has turned them into floats."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
