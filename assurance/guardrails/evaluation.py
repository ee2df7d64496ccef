"""A guardrail's verdict on a manifest, offline; what is not known never passes.

The manifest may hold markers and secrets. Shapes that the API server would not take (text where a
list belongs) count as not known.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import ge, gt, le, lt
from typing import Any, Final, assert_never

from assurance.graph.kubernetes import gvk
from assurance.graph.pod_kinds import KINDS
from assurance.graph.resource import Marker, Secret
from assurance.graph.values.quantity import QuantityError, quantity
from assurance.guardrails import predicate as p
from assurance.guardrails.guardrail import Guardrail, Objects
from assurance.guardrails.images import part_of
from assurance.guardrails.truth import Place, Truth, contrary, every, some, spelled


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


_MISSING: Final = object()
_ORDERS = {p.Order.LESS: lt, p.Order.AT_MOST: le, p.Order.AT_LEAST: ge, p.Order.MORE: gt}


@dataclass(frozen=True, slots=True)
class _Root:
    """What paths start from, and where that stands in the manifest."""

    value: Any
    place: Place = ()


def evaluate(guardrail: Guardrail, manifest: Mapping[str, Any]) -> Verdict:
    """Judge what a manifest says, wherever it stands; scope and exemptions are `judge`'s."""
    words = manifest.get("apiVersion"), manifest.get("kind")
    if any(isinstance(word, Marker) for word in words):
        return Verdict(Outcome.UNKNOWN, ("apiVersion and kind",))
    kind = gvk(str(words[0]), str(words[1]))
    of = guardrail.applies.of
    if isinstance(of, Objects):
        if not any((each.group, each.kind) == (kind.group, kind.kind) for each in of.kinds):
            return Verdict(Outcome.OUT_OF_SCOPE)
        return _verdict(holds(guardrail.require, manifest))
    kinds = KINDS.get((kind.group, kind.kind), ())
    if not kinds:
        return Verdict(Outcome.OUT_OF_SCOPE)
    templates = [
        _of_template(guardrail.require, found, manifest if each.bare else None)
        for each in kinds
        for found in _at(_Root(manifest), each.template)
    ]
    nothing = Truth(None, (kinds[0].template,))
    return _verdict(every(templates) if templates else nothing)


def holds(predicate: p.Predicate, manifest: Mapping[str, Any]) -> Truth:
    """Whether a predicate about an object holds."""
    return _holds(predicate, _Root(manifest))


def _verdict(truth: Truth) -> Verdict:
    if truth.value is True:
        return Verdict(Outcome.ACCEPTED)
    outcome = Outcome.UNKNOWN if truth.value is None else Outcome.REFUSED
    return Verdict(outcome, tuple(spelled(place) for place in truth.places))


def _of_template(require: p.Predicate, found: _Root, bare_in: Mapping[str, Any] | None) -> Truth:
    """Judge one pod; where no container is shown, an operator adds what nobody knows yet.

    A kind that holds a bare spec hands its own labels and annotations down.
    """
    if _unreadable(found.value):
        return Truth(None, (found.place,))
    pod, within = found, (*found.place, "spec")
    if bare_in is not None:
        pod = _Root({"metadata": bare_in.get("metadata"), "spec": found.value}, found.place)
    spec = _value(_Root(pod.value), "spec")
    containers = spec.get("containers") if isinstance(spec, Mapping) else None
    shown = isinstance(containers, list | tuple) and bool(containers)
    truth = every((_holds(require, pod), Truth(shown or None, ((*within, "containers"),))))
    if bare_in is None:
        return truth
    return Truth(truth.value, tuple(_unwrapped(found.place, place) for place in truth.places))


def _unwrapped(base: Place, place: Place) -> Place:
    """Where a value of a bare spec really stands."""
    head, rest = place[len(base) : len(base) + 1], place[len(base) + 1 :]
    return ("metadata", *rest) if head == ("metadata",) else (*base, *rest)


def _at(root: _Root, pattern: tuple[str, ...]) -> Iterator[_Root]:
    """What stands at a path; `*` is each item of a list or a mapping, a marker ends the way."""
    root = _Root(_plain(root.value), root.place)
    if not pattern or isinstance(root.value, Marker):
        if root.value is not _MISSING:
            yield root
        return
    head, rest = pattern[0], pattern[1:]
    if head != "*":
        if isinstance(root.value, Mapping) and head in root.value:
            yield from _at(_Root(root.value[head], (*root.place, head)), rest)
        return
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(root.value, Mapping):
        items = root.value.items()
    elif isinstance(root.value, list | tuple):
        items = enumerate(root.value)
    for key, value in items:
        yield from _at(_Root(value, (*root.place, key)), rest)


def _holds(  # noqa: PLR0911 - one for each way to combine
    predicate: p.Predicate, root: _Root
) -> Truth:
    match predicate:
        case p.Every():
            return every(_items(predicate.lists, predicate.require, root))
        case p.Some():
            return some(_items(predicate.lists, predicate.require, root))
        case p.EveryEntry():
            return every(_entries(predicate, root))
        case p.Not():
            return contrary(_holds(predicate.negated, root))
        case p.AllOf():
            return every(_holds(part, root) for part in predicate.parts)
        case p.AnyOf():
            return some(_holds(part, root) for part in predicate.parts)
        case _:
            found = _find(predicate.term, root)
            unknown = _unreadable(found.value)
            return Truth(None if unknown else _tests(predicate, found.value), (found.place,))


def _tests(  # noqa: PLR0911 - one for each thing to say
    predicate: p.Present | p.Equals | p.OneOf | p.Compares | p.Amounts | p.Matches, value: Any
) -> bool | None:
    """What a predicate says about a value that is known, or missing."""
    if isinstance(predicate, p.Present):
        return value is not _MISSING
    if value is _MISSING:
        return False
    match predicate:
        case p.Equals():
            alike = isinstance(value, bool) is isinstance(predicate.value, bool)
            return alike and bool(value == predicate.value)
        case p.OneOf():
            return isinstance(value, str) and value in predicate.values
        case p.Compares():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and bool(_ORDERS[predicate.order](value, predicate.value))
        case p.Amounts():
            return _amounts(predicate, value)
        case p.Matches():
            return isinstance(value, str) and bool(_pattern(predicate.pattern).fullmatch(value))
        case _:
            assert_never(predicate)


def _amounts(predicate: p.Amounts, value: Any) -> bool | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return bool(_ORDERS[predicate.order](quantity(value), quantity(predicate.value)))
    except QuantityError:
        return None


def _items(lists: tuple[p.Path, ...], require: p.Predicate, root: _Root) -> Iterator[Truth]:
    for path in lists:
        found = _find(path, root)
        if found.value is _MISSING:
            continue
        if not isinstance(found.value, list | tuple):
            yield Truth(None, (found.place,))
            continue
        for index, item in enumerate(found.value):
            place = (*found.place, index)
            truth = _holds(require, _Root(item, place))
            yield Truth(truth.value, truth.places or (place,))


def _entries(predicate: p.EveryEntry, root: _Root) -> Iterator[Truth]:
    found = _find(predicate.mapping, root)
    if found.value is _MISSING:
        return
    if not isinstance(found.value, Mapping):
        yield Truth(None, (found.place,))
        return
    for key, value in found.value.items():
        if _pattern(predicate.keys).fullmatch(key):
            yield _holds(predicate.require, _Root(value, (*found.place, key)))


def _find(term: p.Term, root: _Root) -> _Root:
    """The value of a term, missing, or a marker, and where the way to it ends."""
    path = term if isinstance(term, p.Path) else term.at
    found = _Root(_plain(root.value), root.place)
    for step in path.steps:
        if isinstance(found.value, Marker):
            return found
        found = _Root(_value(found, step), (*found.place, step))
    if isinstance(term, p.Path) or _unreadable(found.value) or found.value is _MISSING:
        return found
    if not isinstance(found.value, str):
        return _Root(Marker.UNKNOWN, found.place)
    part = part_of(found.value, term.part)
    return _Root(_MISSING if part is None else part, found.place)


def _value(root: _Root, step: str) -> Any:
    """One step down; what has no keys, and should, is not known."""
    if root.value is _MISSING:
        return _MISSING
    if not isinstance(root.value, Mapping):
        return Marker.UNKNOWN
    return _plain(root.value.get(step))


def _plain(value: Any) -> Any:
    plain = value.value if isinstance(value, Secret) else value
    return _MISSING if plain is None else plain


def _unreadable(value: Any) -> bool:
    return isinstance(value, Marker)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
