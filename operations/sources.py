"""What can be judged: stacks together with what they stand on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assurance.graph.graph import Graph, merged
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.graph.values import Level
from assurance.levels import level_of
from operations.commands.rehearse import refuse_failures
from operations.errors import UserError
from operations.proving import Proved, load, read_levels
from operations.rehearsal import Checked, Crew, Mode, Rehearsal, Rehearsed, crew
from operations.stacks import sections, stack_path

_STRICT = (Level.DISABLED, Level.ADVISORY, Level.MANDATORY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What proofs are to look at, and what its findings rest on beyond it."""

    run: Proved
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know before reading on."""


def of_stacks(
    paths: Sequence[Path],
    modes: Sequence[Mode],
    rehearsal: Rehearsal,
    proofs: Sequence[str],
    *,
    debug: bool,
) -> Iterator[Material]:
    """For each platform and mode one graph: the platform, and the asked-for stacks on it.

    Each as soon as it is there; what it is for is loaded while the first are rehearsed.
    """
    with crew(rehearsal, len(paths) * len(modes)) as working:
        families = _families(working.read(paths), working)
        asked = [(family, mode) for family in families for mode in modes]
        started = [[working.start(file, mode) for file in family] for family, mode in asked]
        load(proofs)
        failed: list[Rehearsed] = []
        for (family, _), running in zip(asked, started, strict=True):
            done = [each.result() for each in running]
            failed += (each for each in done if each.error is not None)
            if not failed:
                yield _of_family(family, done, rehearsal)
        refuse_failures(failed, debug=debug)


def _families(files: Iterable[Checked], working: Crew) -> list[list[Checked]]:
    """Stacks that share a cluster, the one that owns it first."""
    found: dict[Path, dict[Path, Checked]] = {}
    for file in files:
        below = [file]
        while (platform := below[0].platform) is not None:
            path = stack_path(below[0].path.parent, platform)
            if path in {each.path for each in below}:
                names = " → ".join(each.name for each in below)
                message = f"stacks refer to each other in a circle: {names}"
                raise UserError(message)
            below[:0] = working.read([path])
        found.setdefault(below[0].path, {}).update({each.path: each for each in below})
    return [list(family.values()) for family in found.values()]


def _of_family(
    family: Sequence[Checked], done: Sequence[Rehearsed], rehearsal: Rehearsal
) -> Material:
    graph = merged(Graph.from_json(each.graph) for each in done)
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
            lines={file.path.name: file.lines for file in family},
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


def _others(family: Sequence[Checked]) -> list[str]:
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
