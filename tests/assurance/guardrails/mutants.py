"""Guardrails with one thing about them changed."""

from collections.abc import Iterator
from dataclasses import replace

from assurance.guardrails import predicate as p
from assurance.guardrails.guardrail import Guardrail
from assurance.guardrails.scope import OUTSIDE_SYSTEM, TEAMS, Labelled, Scope, Unlabelled

Described = tuple[str, p.Predicate]


def mutants(rule: Guardrail) -> Iterator[tuple[str, Guardrail]]:
    """Every guardrail that differs in one place."""
    for words, require in changed(rule.require):
        yield words, replace(rule, require=require)


def elsewhere(rule: Guardrail) -> Iterator[tuple[str, Guardrail]]:
    """The guardrail, holding in other namespaces."""
    for words, scope in _scopes(rule.applies.scope):
        yield words, replace(rule, applies=replace(rule.applies, scope=scope))


def _scopes(scope: Scope) -> Iterator[tuple[str, Scope]]:
    """Scopes that differ in one place."""
    if not scope.conditions:
        yield "outside the system only", OUTSIDE_SYSTEM
        yield "for teams only", TEAMS
    for index, one in enumerate(scope.conditions):
        before, after = scope.conditions[:index], scope.conditions[index + 1 :]
        yield "everywhere", replace(scope, conditions=before + after)
        kind = Unlabelled if isinstance(one, Labelled) else Labelled
        contrary = kind(one.key, one.values)
        yield "the contrary", replace(scope, conditions=(*before, contrary, *after))
        for value in one.values if len(one.values) > 1 else ():
            rest = tuple(other for other in one.values if other != value)
            fewer = replace(one, values=rest)
            yield f"without {value}", replace(scope, conditions=(*before, fewer, *after))


def changed(predicate: p.Predicate) -> Iterator[Described]:
    match predicate:
        case p.Every() | p.Some():
            yield from _quantifier(predicate)
        case p.EveryEntry():
            yield "another key", replace(predicate, keys="another")
            for words, inner in changed(predicate.require):
                yield words, replace(predicate, require=inner)
        case p.Not():
            yield "not dropped", predicate.negated
            for words, inner in changed(predicate.negated):
                yield words, p.Not(inner)
        case p.AllOf() | p.AnyOf():
            yield from _parts(predicate)
        case _:
            yield "negated", p.Not(predicate)
            yield from _value(predicate)


def _quantifier(predicate: p.Every | p.Some) -> Iterator[Described]:
    other = p.Some if isinstance(predicate, p.Every) else p.Every
    yield "other quantifier", other(predicate.lists, predicate.require)
    for path in predicate.lists:
        rest = tuple(each for each in predicate.lists if each != path)
        yield f"without {'.'.join(path.steps)}", replace(predicate, lists=rest)
    for words, inner in changed(predicate.require):
        yield words, replace(predicate, require=inner)


def _parts(predicate: p.AllOf | p.AnyOf) -> Iterator[Described]:
    for index, part in enumerate(predicate.parts):
        before, after = predicate.parts[:index], predicate.parts[index + 1 :]
        yield f"without part {index}: {part}"[:150], replace(predicate, parts=(*before, *after))
        for words, inner in changed(part):
            yield words, replace(predicate, parts=(*before, inner, *after))


def _value(predicate: p.Predicate) -> Iterator[Described]:
    if isinstance(predicate, p.Equals) and isinstance(predicate.value, bool):
        yield "other value", replace(predicate, value=not predicate.value)
    elif isinstance(predicate, p.Equals):
        yield "other value", replace(predicate, value="something else")
    elif isinstance(predicate, p.OneOf):
        for value in predicate.values:
            rest = tuple(each for each in predicate.values if each != value)
            yield f"without {value}", replace(predicate, values=rest)
