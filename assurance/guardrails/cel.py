"""Predicates as CEL, for the API server (1.29 or newer: optional types, quantities).

Every way down is an optional chain, so that what is missing makes no error; what makes one all the
same is refused, as the policies fail closed.
"""

import json
import re
from typing import assert_never

from assurance.guardrails import predicate as p
from assurance.guardrails.images import DEFAULT_REGISTRY

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in"}
    | {"let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while"}
)


def cel(  # noqa: PLR0911 - one for each way to combine
    predicate: p.Predicate, root: str, depth: int = 0
) -> str:
    """An expression of type bool; `root` is what paths start from."""
    match predicate:
        case p.Every():
            return _quantified("all", predicate, root, depth)
        case p.Some():
            return _quantified("exists", predicate, root, depth)
        case p.EveryEntry():
            return _entries(predicate, root, depth)
        case p.Not():
            return f"!{_within(predicate.negated, root, depth)}"
        case p.AllOf():
            return " && ".join(_within(part, root, depth) for part in predicate.parts) or "true"
        case p.AnyOf():
            return " || ".join(_within(part, root, depth) for part in predicate.parts) or "false"
        case _:
            return _about(predicate, term(predicate.term, root))


def _within(predicate: p.Predicate, root: str, depth: int) -> str:
    return f"({cel(predicate, root, depth)})"


def _about(
    predicate: p.Present | p.Stated | p.Equals | p.OneOf | p.Compares | p.Amounts | p.Matches,
    found: str,
) -> str:
    """What is said about one value, given as an optional."""
    match predicate:
        case p.Present() | p.Stated():
            return f"{found}.hasValue()"
        case p.Equals():
            return f"{found} == optional.of({literal(predicate.value)})"
        case p.OneOf():
            values = ", ".join(literal(value) for value in predicate.values)
            return f"{found}.hasValue() && {found}.value() in [{values}]"
        case p.Compares():
            limit = literal(predicate.value)
            return f"{found}.hasValue() && {found}.value() {predicate.order} {limit}"
        case p.Amounts():
            limit = f"quantity({literal(predicate.value)})"
            amount = f"quantity(string({found}.value()))"
            return f"{found}.hasValue() && {amount}.compareTo({limit}) {predicate.order} 0"
        case p.Matches():
            pattern = literal(f"^(?:{predicate.pattern})$")
            return f"{found}.hasValue() && {found}.value().matches({pattern})"
        case _:
            assert_never(predicate)


def _quantified(verb: str, predicate: p.Every | p.Some, root: str, depth: int) -> str:
    item = f"v{depth}"
    require = cel(predicate.require, item, depth + 1)
    return f"({items(predicate, root)}).{verb}({item}, {require})"


def items(predicate: p.Every | p.Some, root: str) -> str:
    """All that a quantifier speaks of, as one list."""
    return " + ".join(f"{chain(path, root)}.orValue([])" for path in predicate.lists)


def _entries(predicate: p.EveryEntry, root: str, depth: int) -> str:
    mapping, key = chain(predicate.mapping, root), f"k{depth}"
    pattern = literal(f"^(?:{predicate.keys})$")
    held = _within(predicate.require, f"{mapping}.value()[{key}]", depth + 1)
    return f"{mapping}.orValue({{}}).all({key}, !{key}.matches({pattern}) || {held})"


def term(wanted: p.Term, root: str) -> str:
    """A term as an optional."""
    if isinstance(wanted, p.Path):
        return chain(wanted, root)
    return f"{chain(wanted.at, root)}.optFlatMap(i, {_part(wanted.part)})"


def chain(path: p.Path, root: str) -> str:
    """The optional at the end of a path."""
    if not path.steps:
        return f"optional.of({root})"
    return root + "".join(_step(step) for step in path.steps)


def _step(step: str) -> str:
    plain = _PLAIN.fullmatch(step) and step not in _RESERVED
    return f".?{step}" if plain else f"[?{literal(step)}]"


def _part(part: p.ImagePart) -> str:
    """An optional part of the reference `i`, as `images.part_of` reads it."""
    name = 'i.split("@")[0]'
    head = f'{name}.split("/")[0]'
    last = f'{name}.split("/")[{name}.split("/").size() - 1]'
    named = (
        f'{name}.contains("/") && ({head}.contains(".") || {head}.contains(":")'
        f' || {head} == "localhost")'
    )
    path = f"({named} ? {name}.substring({head}.size() + 1) : {name})"
    tag = f'{last}.contains(":") ? {last}.substring({last}.indexOf(":") + 1) : ""'
    match part:
        case p.ImagePart.REGISTRY:
            return f"optional.of({named} ? {head} : {literal(DEFAULT_REGISTRY)})"
        case p.ImagePart.REPOSITORY:
            tagged = f'{path}.substring({path}.lastIndexOf("/") + 1).indexOf(":")'
            end = f'{path}.lastIndexOf("/") + 1 + {tagged}'
            whole = f"{tagged} < 0 ? {path} : {path}.substring(0, {end})"
            return f"optional.ofNonZeroValue({whole})"
        case p.ImagePart.TAG:
            return f"optional.ofNonZeroValue({tag})"
        case p.ImagePart.DIGEST:
            return 'optional.ofNonZeroValue(i.contains("@") ? i.substring(i.indexOf("@") + 1) : "")'


def literal(value: p.Scalar) -> str:
    """A constant of CEL."""
    if isinstance(value, bool | int):
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False)
