"""Guardrails in words: the third reading of a predicate, for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from assurance.guardrails import predicate as p
from assurance.guardrails.guardrail import Objects, Resources, Selector
from assurance.guardrails.rules.pods import CONTAINERS
from assurance.guardrails.scope import Labelled, Scope

_ORDERS = {
    p.Order.LESS: "less than",
    p.Order.AT_MOST: "at most",
    p.Order.AT_LEAST: "at least",
    p.Order.MORE: "more than",
}
_Value = p.Present | p.Stated | p.Equals | p.OneOf | p.Compares | p.Amounts | p.Matches


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence, and what its colon announces."""

    head: str
    below: tuple["_Said", ...] = ()


def lines(predicate: p.Predicate) -> Iterator[str]:
    """A nested list in Markdown; what stands at one depth holds together."""
    for said in _together(predicate):
        yield from _bullets(said, "")


def _bullets(said: _Said, indent: str) -> Iterator[str]:
    if len(said.below) == 1 and not said.below[0].below:
        yield f"{indent}- {said.head} {said.below[0].head}"
        return
    yield f"{indent}- {said.head}"
    for each in said.below:
        yield from _bullets(each, f"{indent}  ")


def _together(predicate: p.Predicate) -> tuple[_Said, ...]:
    """All that has to hold, one after the other; what has to be left out in one sentence."""
    parts = _flat(predicate)
    absent = [_term(term) for part in parts if (term := _left_out(part)) is not None]
    if len(absent) < len(parts) or len(parts) == 1:
        return tuple(_said(part) for part in parts)
    return (_Said(f"{_choice(absent, 'and')} are left out"),)


def _flat(predicate: p.Predicate) -> tuple[p.Predicate, ...]:
    if not isinstance(predicate, p.AllOf):
        return (predicate,)
    return tuple(inner for part in predicate.parts for inner in _flat(part))


def _left_out(predicate: p.Predicate) -> p.Term | None:
    if isinstance(predicate, p.Not) and isinstance(predicate.negated, p.Present):
        return predicate.negated.term
    return None


def _said(predicate: p.Predicate, *, so: bool = True) -> _Said:
    """`so` is false for the contrary."""
    match predicate:
        case p.Not():
            return _said(predicate.negated, so=not so)
        case p.AllOf():
            return _Said("all of:" if so else "not all of:", _together(predicate))
        case p.AnyOf():
            return _any(predicate, so=so)
        case p.Every() | p.Some():
            return _quantified(predicate, so=so)
        case p.EveryEntry():
            entries = f"entry of {_term(predicate.mapping)} whose key matches `{predicate.keys}`:"
            return _Said(f"{'each' if so else 'not each'} {entries}", _together(predicate.require))
        case _:
            return _Said(f"{_term(predicate.term)} {_value(predicate, so=so)}")


def _any(predicate: p.AnyOf, *, so: bool) -> _Said:
    """At least one; where a value may as well be missing, in one sentence."""
    match predicate.parts:
        case (p.Not(p.Present(term)), p.Equals() | p.OneOf() | p.Matches() as value) if (
            value.term == term and so
        ):
            return _Said(f"{_term(term)}, if set, {_value(value, so=True)}")
    head = "at least one of:" if so else "none of:"
    below = (
        _Said("all of:", _together(part)) if isinstance(part, p.AllOf) else _said(part)
        for part in predicate.parts
    )
    return _Said(head, tuple(below))


def _quantified(predicate: p.Every | p.Some, *, so: bool) -> _Said:
    lists = _choice([_term(path) for path in predicate.lists], "and")
    if isinstance(predicate, p.Some) and predicate.require == p.AllOf(()):
        return _Said(f"{lists} {'has some' if so else 'has none'}")
    words = {p.Every: ("each", "not each"), p.Some: ("at least one", "no")}[type(predicate)]
    head = words[0 if so else 1]
    what = f"{head} item of {lists}:"
    if predicate.lists == CONTAINERS:
        what = f"{head} container, init and ephemeral ones too:"
    return _Said(what, _together(predicate.require))


def _value(predicate: _Value, *, so: bool) -> str:
    verb = "is" if so else "is not"
    match predicate:
        case p.Present():
            return "is set" if so else "is left out"
        case p.Stated():
            return "is stated" if so else "is not stated"
        case p.Equals():
            return f"{verb} {_literal(predicate.value)}"
        case p.OneOf():
            return f"{verb} {_choice([_literal(value) for value in predicate.values], 'or')}"
        case p.Compares() | p.Amounts():
            return f"{verb} {_ORDERS[predicate.order]} {_literal(predicate.value)}"
        case p.Matches():
            return f"{'matches' if so else 'does not match'} `{predicate.pattern}`"
        case _:
            assert_never(predicate)


def _term(term: p.Term) -> str:
    if isinstance(term, p.Image):
        return f"the {term.part} of {_term(term.at)}"
    return f"`{'.'.join(map(_step, term.steps))}`" if term.steps else "it"


def _step(step: str) -> str:
    return f'"{step}"' if "." in step or "/" in step else step


def _literal(value: p.Scalar) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "empty" if value == "" else f"`{value}`"


def _choice(words: list[str], last: str) -> str:
    *others, final = words or ["nothing"]
    return f"{', '.join(others)} {last} {final}" if others else final


def about(applies: Selector) -> str:
    """Which objects a guardrail judges, and where."""
    of = applies.of
    kinds = "whatever carries a pod's template"
    if isinstance(of, Objects):
        kinds = _choice([each.kind for each in of.kinds], "and")
    if isinstance(of, Resources):
        kinds = _choice([f"`{each}`" for each in of.types], "and")
    return f"{kinds}{_where(applies.scope)}"


def _where(scope: Scope) -> str:
    wheres = ""
    for one in scope.conditions:
        word = "with" if isinstance(one, Labelled) else "without"
        values = f": {_choice([_literal(v) for v in one.values], 'or')}" if one.values else ""
        wheres += f", in namespaces {word} the label `{one.key}`{values}"
    return wheres
