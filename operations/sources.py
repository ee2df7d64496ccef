"""What can be judged: stacks together with what they stand on, and folders of manifests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from assurance.graph.graph import Graph, merged
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.readers.manifests import Listener, ManifestsError, read_manifests
from assurance.graph.resource import Marker
from assurance.graph.values import DEFAULT_NAMESPACE, SYSTEM_NAMESPACES, Level
from assurance.levels import level_of
from components.config import StackFile, read_stack_file
from components.manifests.schemas import built_in, is_namespaced
from operations.commands.rehearse import refuse_failures
from operations.errors import UserError
from operations.intent_file import read_intent
from operations.proving import Proved, read_levels
from operations.rehearsal import Mode, Rehearsal, Rehearsed, read_all, rehearse
from operations.remarks import remark
from operations.stacks import sections, stack_path
from providers.config import PlatformReference

_UNASKED = {"isolation/closed-within": Level.DISABLED, "governance": Level.DISABLED}
"""What only an intent that somebody has stated can decide."""
_STRICT = (Level.DISABLED, Level.ADVISORY, Level.MANDATORY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What proofs are to look at, and what its findings rest on beyond it."""

    run: Proved
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know before reading on."""


def of_stacks(
    paths: Sequence[Path], modes: Sequence[Mode], rehearsal: Rehearsal, *, debug: bool
) -> list[Material]:
    """For each platform and mode one graph: the platform, and the asked-for stacks on it."""
    families = _families(read_all(paths, rehearsal.today), rehearsal.today)
    every = list(dict.fromkeys(file.path for family in families for file in family))
    done = rehearse(rehearsal, every, modes)
    refuse_failures(done, debug=debug)
    by_stack = {(each.stack, each.mode): each for each in done}
    return [
        _of_family(family, [by_stack[file.name, mode] for file in family], rehearsal)
        for family in families
        for mode in modes
    ]


def _families(files: Iterable[StackFile], today: date) -> list[list[StackFile]]:
    """Stacks that share a cluster, the one that owns it first."""
    found: dict[Path, dict[Path, StackFile]] = {}
    for file in files:
        below = [file]
        while isinstance(platform := below[0].stack.platform, PlatformReference):
            path = stack_path(below[0].path.parent, platform.from_stack)
            if path in {each.path for each in below}:
                names = " → ".join(each.name for each in below)
                message = f"stacks refer to each other in a circle: {names}"
                raise UserError(message)
            below.insert(0, read_stack_file(path, today))
        found.setdefault(below[0].path, {}).update({each.path: each for each in below})
    return [list(family.values()) for family in found.values()]


def _of_family(
    family: Sequence[StackFile], done: Sequence[Rehearsed], rehearsal: Rehearsal
) -> Material:
    graph = merged(Graph.from_json((each.document or {})["graph"]) for each in done)
    try:
        intent = intent_from_graph(graph)
    except IntentError as error:
        names = " and ".join(each.name for each in family)
        message = f"{names} do not fit together: {error}"
        raise UserError(message) from None
    levels = strictest([read_levels(rehearsal.root, file.name) for file in family])
    absent = _others(family)
    return Material(
        run=Proved(
            name="+".join(file.name for file in family),
            graph=graph,
            intent=intent,
            today=rehearsal.today,
            levels=levels,
        ),
        assumptions=tuple(
            f"stack {name}, on the same platform, opens nothing itself (--all looks at it as well)"
            for name in absent
        ),
    )


def strictest(stated: Sequence[dict[str, Level]]) -> dict[str, Level]:
    """Of stacks that are judged together, each rule's strictest level."""
    rules = {rule for levels in stated for rule in levels}
    return {
        rule: max((level_of(levels, rule) for levels in stated), key=_STRICT.index)
        for rule in rules
    }


def _others(family: Sequence[StackFile]) -> list[str]:
    """Stack files beside these that say, or may say, that they stand on one of them."""
    names = {file.name for file in family}
    there = sorted(family[0].path.parent.glob("Pulumi.*.yaml"))
    files = [path for path in there if path.stem.removeprefix("Pulumi.") not in names]
    return [path.stem.removeprefix("Pulumi.") for path in files if _stands_on(path, names)]


def _stands_on(path: Path, names: set[str]) -> bool:
    try:
        platform = sections(path.read_text("utf-8"))["platform"]
        return platform.get("from_stack") in names
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return True


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
