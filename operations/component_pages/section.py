"""The page about one section of the stack file: what it brings, for whom, and how large."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from typing import get_args

from components.charts.simulated import stand_in_definitions
from components.config import PlatformConfig
from components.parts import Part
from operations.answers import answers
from operations.component_pages.described import Described, own_objects
from operations.component_pages.reach import offered, on_every_node, ways
from operations.component_pages.tables import Row, gathered, side_by_side, table
from operations.component_pages.watching import watching
from operations.component_pages.workloads import TOGETHER, asked
from operations.keys import keys

MADE = "Made from the models by `mlp explain --components docs/components`; do not edit."
_Rows = Callable[[Part], Iterator[Row]]


def section_page(section: str, stacks: Sequence[Described]) -> str:
    """The whole page."""
    return "\n".join(_lines(section, stacks))


def _lines(section: str, stacks: Sequence[Described]) -> Iterator[str]:
    yield from (f"# {section}", "", about(section), "", MADE, "")
    yield from table(("stack", "what it has"), ((s.stack, _presence(section, s)) for s in stacks))
    yield from ("## Keys", "")
    yield from key_table(section)
    here = [each for each in stacks if section in each.parts]
    if not here:
        return
    for title, head, rows in _TABLES:
        told = list(gathered(head, here, _of(section, rows)))
        yield from (f"## {title}", "", *told) if told else ()
    yield from ("## Who is reached by whom", "", _CLOSED, "")
    yield from gathered(("from", "to", "ports"), here, _of(section, ways))
    told = list(gathered(_ENDPOINTS, here, lambda s: offered(s.parts[section], s)))
    yield from ("## Endpoints", "", *told) if told else ()
    pods = list(side_by_side("pods", here, lambda s: asked(s.parts[section]), TOGETHER))
    yield from ("## Pods, and what each asks for", "", *pods) if pods else ()
    yield from watching(here[0].parts[section])
    yield from _simulated(section, here)


def _of(section: str, rows: _Rows) -> Callable[[Described], Iterator[Row]]:
    return lambda stack: rows(stack.parts[section])


def about(section: str) -> str:
    """What its model says of itself."""
    annotation = PlatformConfig.model_fields[section].annotation
    models = [m for m in (annotation, *get_args(annotation)) if getattr(m, "model_fields", None)]
    return cleandoc(models[0].__doc__ or "") if models else ""


def key_table(section: str) -> Iterator[str]:
    """What may be said in it."""
    own = ("platform", section)
    rows = []
    for steps, provider in keys():
        if steps[:2] == own and len(steps) > len(own) and provider is None:
            [told] = answers(steps, provider)
            rows.append((f"`{'.'.join(steps[1:])}`", told.takes, told.default or "", told.about))
    yield from table(("key", "takes", "default", "what it says"), rows)
    if not rows:
        yield from ("It has none: `{}`.", "")


def _presence(section: str, stack: Described) -> str:
    if getattr(stack.config, section) is None:
        return "nothing: the section is left out"
    part = stack.parts.get(section)
    if part is None:
        return "nothing on the cluster: the cloud brings it"
    ports = ", ".join(map(str, on_every_node(part)))
    answer = f"; it answers on every node's port {ports}" if ports else ""
    names = ", ".join(f"`{place.name}`" for place in part.namespaces)
    return f"its pods, in {names or 'no namespace of its own'}{answer}"


def _charts(part: Part) -> Iterator[Row]:
    for release in part.releases:
        pin = release.pin
        checksum = "nobody has seen it" if pin.digest is None else f"`{pin.digest[:19]}…`"
        until = "upstream does not say" if pin.end_of_life is None else pin.end_of_life.isoformat()
        yield (
            f"`{release.name}`",
            f"{pin.chart} {pin.version}, from {pin.repository}",
            pin.licence,
            until,
            checksum,
            pin.verified_on.isoformat(),
        )


def _namespaces(part: Part) -> Iterator[Row]:
    for place in part.namespaces:
        size = place.container
        given = f"{size.cpu} CPU, {size.memory}"
        most = f"at most {size.cpu_limit or 'any'} CPU, {size.memory_limit or size.memory}"
        within = "yes" if place.open_within else "no"
        yield f"`{place.name}`", place.pod_security, within, f"{given}; {most}"


def _credentials(part: Part) -> Iterator[Row]:
    for each in part.credentials:
        teams = ", ".join(dict.fromkeys(account.team for account in each.accounts)) or "nobody"
        yield f"`{each.namespace}/{each.name}`", str(len(each.words)), str(each.generation), teams


def _objects(part: Part) -> Iterator[Row]:
    kinds = Counter(each["kind"] for each in own_objects(part))
    yield from ((kind, str(number)) for kind, number in sorted(kinds.items()))


_CHART = ("release", "chart", "licence", "supported until", "checksum", "compared on")
_NAMESPACE = ("namespace", "Pod Security", "open within", "a container that says nothing")
_CREDENTIAL = ("Secret", "words made up", "generation", "teams with an account")
_ENDPOINTS = ("endpoint", "where", "who needs it")
_TABLES: Sequence[tuple[str, Row, _Rows]] = (
    ("Charts", _CHART, _charts),
    ("Namespaces", _NAMESPACE, _namespaces),
    ("Secrets", _CREDENTIAL, _credentials),
    ("Objects of our own", ("kind", "number"), _objects),
)
_CLOSED = """\
Open are these ways, those to the endpoints below for whoever needs them, and names are resolved.
All else is closed, both ways, but for pods of one namespace where that is open within."""


def _simulated(section: str, here: Sequence[Described]) -> Iterator[str]:
    """What a sandbox has in place of it."""
    for stack in here:
        part = stack.parts[section]
        if not stack.simulated or not part.releases:
            continue
        expected = [w for release in part.releases for w in release.stand_in.workloads]
        made = [f"`{each.name}`" for each in expected if each.made_of is not None]
        stubs = (stub for release in part.releases for stub in stand_in_definitions(release))
        kinds = sorted({stub["spec"]["names"]["kind"] for stub in stubs})
        yield from ("## What is simulated", "")
        yield f"In `{stack.stack}`, by stand-ins in the charts' place:"
        yield ""
        if expected:
            yield f"* workloads as they are expected ({len(expected)}), whose pods run nothing;"
        if made:
            yield f"* of these {', '.join(made)}, which elsewhere the chart's operator makes;"
        if kinds:
            yield f"* definitions of {', '.join(kinds)} that know the fields we set and no others;"
            yield "  no controller acts on such objects;"
        yield "* everything else of it, policies and quotas included, is real there."
        yield ""
        return
