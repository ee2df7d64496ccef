"""A guardrail's verdict on a manifest, offline; what is not known never passes.

The manifest may hold markers and secrets.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assurance.graph.kubernetes import gvk
from assurance.graph.pod_kinds import KINDS
from assurance.graph.resource import Marker
from assurance.graph.values import dotted
from assurance.guardrails.compiled import Check, compiled
from assurance.guardrails.guardrail import Guardrail, Objects, Resources
from assurance.guardrails.lookup import MISSING, look_up, place_of, plain
from assurance.guardrails.truth import TRUE, Place, Truth, every


class Outcome(StrEnum):
    """How a manifest came out."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    OUT_OF_SCOPE = "out of scope"
    """The guardrail is not about such objects."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guardrail says about a manifest."""

    outcome: Outcome
    places: tuple[str, ...] = ()
    """Paths of what is refused, or of what is not known."""


_ACCEPTED, _OUTSIDE = Verdict(Outcome.ACCEPTED), Verdict(Outcome.OUT_OF_SCOPE)
_UNREADABLE = Verdict(Outcome.UNKNOWN, ("apiVersion and kind",))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A guardrail with its predicates compiled."""

    guardrail: Guardrail
    kinds: frozenset[tuple[str, str]]
    require: Check
    exempt: Check


def evaluate(guardrail: Guardrail, manifest: Mapping[str, Any]) -> Verdict:
    """Judge what a manifest says, wherever it stands; scope and exemptions are `judge`'s.

    For resources of a cloud, the manifest is what `surroundings` shows of one of the right type.
    """
    if isinstance(guardrail.applies.of, Resources):
        return _verdict(_ready(guardrail).require(manifest, ()))
    words = manifest.get("apiVersion"), manifest.get("kind")
    if any(isinstance(word, Marker) for word in words):
        return _UNREADABLE
    read, ready = gvk(str(words[0]), str(words[1])), _ready(guardrail)
    kind = (read.group, read.kind)
    if isinstance(guardrail.applies.of, Objects):
        return _verdict(ready.require(manifest, ())) if kind in ready.kinds else _OUTSIDE
    places = KINDS.get(kind, ())
    if not places:
        return _OUTSIDE
    templates = [
        _of_template(ready.require, template, place, manifest if each.bare else None)
        for each in places
        for template, place in _at(manifest, each.template, ())
    ]
    return _verdict(every(templates) if templates else (None, (places[0].template,)))


def exempts(guardrail: Guardrail, manifest: Mapping[str, Any]) -> Truth:
    """Whether the guardrail leaves the object alone."""
    return _ready(guardrail).exempt(manifest, ())


_READY: dict[str, _Ready] = {}


def _ready(guardrail: Guardrail) -> _Ready:
    """By identity: hashing a whole rule would take longer than judging with it."""
    found = _READY.get(guardrail.name)
    if found is None or found.guardrail is not guardrail:
        of = guardrail.applies.of
        kinds = of.kinds if isinstance(of, Objects) else ()
        found = _READY[guardrail.name] = _Ready(
            guardrail=guardrail,
            kinds=frozenset((each.group, each.kind) for each in kinds),
            require=compiled(guardrail.require),
            exempt=compiled(guardrail.applies.exempt),
        )
    return found


def _verdict(truth: Truth) -> Verdict:
    value, places = truth
    if value is True:
        return _ACCEPTED
    outcome = Outcome.UNKNOWN if value is None else Outcome.REFUSED
    return Verdict(outcome, tuple(dotted(place) for place in places))


def _of_template(
    require: Check, template: Any, place: Place, bare_in: Mapping[str, Any] | None
) -> Truth:
    """Judge one pod; where no container is shown, an operator adds what nobody knows yet.

    A kind that holds a bare spec hands its own labels and annotations down.
    """
    if isinstance(template, Marker):
        return None, (place,)
    pod = template if bare_in is None else {"metadata": bare_in.get("metadata"), "spec": template}
    containers = look_up(pod, _CONTAINERS)
    shown = isinstance(containers, list | tuple) and bool(containers)
    hidden: Truth = (None, ((*place, *_CONTAINERS),))
    value, places = every((require(pod, place), TRUE if shown else hidden))
    if bare_in is not None:
        places = tuple(_unwrapped(place, each) for each in places)
    return value, places


_CONTAINERS = ("spec", "containers")


def _unwrapped(base: Place, place: Place) -> Place:
    """Where a value of a bare spec really stands."""
    head, rest = place[len(base) : len(base) + 1], place[len(base) + 1 :]
    return ("metadata", *rest) if head == ("metadata",) else (*base, *rest)


def _at(value: Any, pattern: tuple[str, ...], place: Place) -> Iterator[tuple[Any, Place]]:
    """What stands at a path; `*` is each item of a list or a mapping, a marker ends the way."""
    if "*" not in pattern:
        found = look_up(value, pattern)
        if found is not MISSING:
            yield found, place_of(value, pattern, place)
        return
    value = plain(value)
    if isinstance(value, Marker):
        yield value, place
        return
    head, rest = pattern[0], pattern[1:]
    if head != "*":
        if isinstance(value, Mapping) and head in value:
            yield from _at(value[head], rest, (*place, head))
        return
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    for key, item in items:
        yield from _at(item, rest, (*place, key))
