"""Manifests of anybody as something to judge: a folder, a file or standard input."""

from datetime import UTC, date, datetime
from pathlib import Path

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.readers.manifests import Listener, ManifestsError, read_manifests
from assurance.graph.resource import Marker
from assurance.graph.values import DEFAULT_NAMESPACE, SYSTEM_NAMESPACES, Level
from components.manifests.schemas import built_in, is_namespaced
from operations.errors import UserError
from operations.intent_file import read_intent
from operations.proving import Proved
from operations.remarks import remark
from operations.sources import Material

_UNASKED = {"isolation/closed-within": Level.DISABLED, "governance": Level.DISABLED}
"""What only an intent that somebody has stated can decide."""


def of_manifests(path: Path, intent_file: Path | None, today: date | None) -> Material:
    """A folder, a file or standard input (`-`); what could not be read is part of the result."""
    notes: list[str] = []
    left_out: list[str] = []
    listener = Listener(passed_over=notes.append, left_out=left_out.append, remark=remark)
    try:
        where = Path("/dev/stdin") if str(path) == "-" else path
        graph = read_manifests(where, name=_name(path), listener=listener)
    except ManifestsError as error:
        message = f"--manifests {error}"
        raise UserError(message) from None
    intent = default_intent(graph) if intent_file is None else read_intent(intent_file)
    run = Proved(
        name=str(path),
        graph=graph,
        intent=intent,
        today=today or datetime.now(tz=UTC).date(),
        left_out=tuple(left_out),
    )
    assumptions = ("what could not be read changes nothing",) if left_out else ()
    return Material(run=run, notes=(*notes, *left_out), assumptions=assumptions)


def _name(path: Path) -> str:
    return "stdin" if str(path) == "-" else path.resolve().stem


def default_intent(graph: Graph) -> Intent:
    """Without a word about intent, every namespace but Kubernetes' own is a team without needs."""
    names = {_place(item) for item in graph.objects()}
    own = sorted(name for name in names if isinstance(name, str) and name not in SYSTEM_NAMESPACES)
    teams = {name: TeamIntent(namespaces=(name,)) for name in own}
    return Intent(teams=teams, levels=_UNASKED)


def _place(item: KubernetesObject) -> str | Marker | None:
    """The namespace that an object is, or is in."""
    if item.gvk.kind == "Namespace":
        return item.name
    known = item.gvk in built_in() and is_namespaced(item.gvk)
    left_open = item.namespace is None and known
    return DEFAULT_NAMESPACE if left_open else item.namespace
