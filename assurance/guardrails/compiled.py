"""Predicates as functions, made once: they say where something is not as required.

A negation is driven down to what is said about single values, so that every function only ever
looks for reasons against. Shapes that the API server would not take (text where a list belongs)
count as not known.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from operator import ge, gt, le, lt
from typing import Any, assert_never

from assurance.graph.resource import Marker
from assurance.graph.values.quantity import QuantityError, quantity
from assurance.guardrails import predicate as p
from assurance.guardrails.lookup import MISSING, image_part, look_up, place_of
from assurance.guardrails.truth import TRUE, Place, Truth, every, some

Check = Callable[[Any, Place], Truth]
"""Judges what stands at a place."""

_Said = p.Present | p.Stated | p.Equals | p.OneOf | p.Compares | p.Amounts | p.Matches
_Test = Callable[[Any], bool | None]
_ORDERS = {p.Order.LESS: lt, p.Order.AT_MOST: le, p.Order.AT_LEAST: ge, p.Order.MORE: gt}


def compiled(predicate: p.Predicate, *, wanted: bool = True) -> Check:
    """A check that the predicate comes out as wanted."""
    match predicate:
        case p.Not():
            return compiled(predicate.negated, wanted=not wanted)
        case p.Every() | p.Some():
            return _quantified(predicate, wanted=wanted)
        case p.EveryEntry():
            return _entries(predicate, wanted=wanted)
        case p.AllOf() | p.AnyOf():
            return _joined(predicate, wanted=wanted)
        case _:
            return _about(predicate, wanted=wanted)


def _joined(predicate: p.AllOf | p.AnyOf, *, wanted: bool) -> Check:
    parts = tuple(compiled(part, wanted=wanted) for part in predicate.parts)
    join = every if isinstance(predicate, p.AllOf) is wanted else some
    return lambda value, place: join(part(value, place) for part in parts)


def _quantified(predicate: p.Every | p.Some, *, wanted: bool) -> Check:
    require = compiled(predicate.require, wanted=wanted)
    lists = tuple(path.steps for path in predicate.lists)
    join = every if isinstance(predicate, p.Every) is wanted else some

    def check(value: Any, place: Place) -> Truth:
        truths: list[Truth] = []
        for steps in lists:
            found = look_up(value, steps)
            if isinstance(found, list | tuple):
                within = (*place, *steps)
                truths += [_of_item(require, n, item, within) for n, item in enumerate(found)]
            elif found is not MISSING:
                truths.append((None, (place_of(value, steps, place),)))
        return join(truths)

    return check


def _of_item(require: Check, index: int, item: Any, within: Place) -> Truth:
    place = (*within, index)
    truth = require(item, place)
    return truth if truth is TRUE or truth[1] else (truth[0], (place,))


def _entries(predicate: p.EveryEntry, *, wanted: bool) -> Check:
    require, steps = compiled(predicate.require, wanted=wanted), predicate.mapping.steps
    matches = re.compile(predicate.keys, re.ASCII).fullmatch
    join = every if wanted else some

    def entries(value: Any, place: Place) -> Iterator[Truth]:
        found = look_up(value, steps)
        if isinstance(found, Mapping):
            for key, entry in found.items():
                if matches(key):
                    yield require(entry, (*place, *steps, key))
        elif found is not MISSING:
            yield None, (place_of(value, steps, place),)

    return lambda value, place: join(entries(value, place))


def _about(predicate: _Said, *, wanted: bool) -> Check:
    term, test = predicate.term, _test(predicate)
    part = None if isinstance(term, p.Path) else term.part
    steps = term.steps if isinstance(term, p.Path) else term.at.steps
    stated = isinstance(predicate, p.Stated)

    def check(value: Any, place: Place) -> Truth:
        found = look_up(value, steps)
        if part is not None:
            found = image_part(found, part)
        said: bool | None = False
        if found is not MISSING:
            said = None if isinstance(found, Marker) and not stated else test(found)
        if said is wanted:
            return TRUE
        return (None if said is None else False), (place_of(value, steps, place),)

    return check


def _test(predicate: _Said) -> _Test:
    """What is asked of a value that is there and known."""
    match predicate:
        case p.Present() | p.Stated():
            return lambda _: True
        case p.Equals():
            return _equals(predicate.value)
        case p.OneOf():
            values = frozenset(predicate.values)
            return lambda value: isinstance(value, str) and value in values
        case p.Compares():
            order, limit = _ORDERS[predicate.order], predicate.value
            return lambda value: _is_number(value) and bool(order(value, limit))
        case p.Amounts():
            return _amounts(predicate)
        case p.Matches():
            matches = re.compile(predicate.pattern, re.ASCII).fullmatch
            return lambda value: isinstance(value, str) and matches(value) is not None
        case _:
            assert_never(predicate)


def _equals(wanted: p.Scalar) -> _Test:
    flag = isinstance(wanted, bool)
    return lambda value: isinstance(value, bool) is flag and bool(value == wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _amounts(predicate: p.Amounts) -> _Test:
    order, limit = _ORDERS[predicate.order], quantity(predicate.value)

    def test(value: Any) -> bool | None:
        if not isinstance(value, str) and not _is_number(value):
            return None
        try:
            return bool(order(quantity(value), limit))
        except QuantityError:
            return None

    return test
