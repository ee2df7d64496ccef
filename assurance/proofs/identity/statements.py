"""Statements of IAM as rights."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.resource import Marker, Secret
from assurance.guardrails.documents import policy
from assurance.proofs.identity.patterns import ANY
from assurance.proofs.identity.rights import Account, Right

Document = Mapping[str, Any]

_LIKE = {"ArnEquals", "ArnLike", "StringLike"}
_EXACT = {"StringEquals"}
"""Operators that say which values a key may have; `IfExists`, or it has none."""
_PRESENT, _ABSENT = ("?*",), ("",)
_OF_STRANGERS = frozenset({"aws:securetransport", "s3:tlsversion"})
"""What denials ask for and every client of ours keeps: an encrypted connection."""
_EACH = "ForAllValues:"
"""Every value of a request has one of these; where it has none at all, that holds as well."""
_IN_EVERY_CHANGE = "route53:changeresourcerecordsets"
"""What keys begin with that every request has: whatever it changes has a name, a type, an action.

A statement about each of many changes is one about any single one.
"""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_TAGS = {
    "aws:principaltag/kubernetes-namespace": "namespace",
    "aws:principaltag/kubernetes-service-account": "name",
}
"""What EKS says of whoever takes a role through Pod Identity."""


class UnreadError(ValueError):
    """A policy that nobody can read."""


def statements(document: Any) -> list[Document]:
    """A policy's statements, spelled in one way."""
    plain = document.value if isinstance(document, Secret) else document
    if isinstance(plain, Marker) or not isinstance(plain, Mapping):
        message = "is not known yet" if isinstance(plain, Marker) else "is no policy"
        raise UnreadError(message)
    made = policy(plain)["Statement"]
    found: list[Document] = [each for each in made if isinstance(each, Mapping)]
    if not found or len(found) < len(made):
        message = "holds no statement"
        raise UnreadError(message)
    if not all(
        {"Effect"} <= each.keys() and {"Action", "NotAction"} & each.keys() for each in found
    ):
        message = "holds a statement without effect or action"
        raise UnreadError(message)
    return found


def allows(statement: Document) -> bool:
    """Whether it allows; else it denies."""
    return bool(statement.get("Effect") == "Allow")


def rights(
    document: Any, source: str, account: Account | None = None
) -> Iterator[tuple[Document, Right]]:
    """Each statement as a right; denials that touch nobody of ours are left out."""
    for statement in statements(document):
        if not {"Resource", "NotResource"} & statement.keys():
            message = "holds a statement that names no resource"
            raise UnreadError(message)
        right = _right(statement, source, account)
        if allows(statement) or not right.keys & _OF_STRANGERS:
            yield statement, right


def _right(statement: Document, source: str, account: Account | None) -> Right:
    doubts: list[str] = []
    when: dict[str, tuple[str, ...]] = {}
    for operator, values in (statement.get("Condition") or {}).items():
        for key, words in values.items() if isinstance(values, Mapping) else ():
            if key in _OF_STRANGERS:
                when[key] = (ANY,)
            elif key in when:
                doubts.append(f"{operator} {key}")
            else:
                when[key] = _values(operator, words, account, doubts)
                if operator.startswith(_EACH):
                    when[key] = _of_each(key, when[key], statement)
                if not when[key]:
                    when[key] = (ANY,)
                    doubts.append(f"{operator} {key}")
    resources = tuple(
        _word(str(each), account, doubts, exact=False) for each in statement.get("Resource", ())
    )
    if "NotResource" in statement:
        resources = (ANY,)
        if statement.get("Effect") == "Deny":
            doubts.append("NotResource")
    return Right(
        actions=_actions(statement, doubts),
        resources=resources,
        when=when,
        doubts=tuple(doubts),
        source=source,
    )


def _values(
    operator: str, words: list[Any], account: Account | None, doubts: list[str]
) -> tuple[str, ...]:
    """The values for which a condition holds; none where nobody can tell."""
    if operator == "Null":
        return {"true": _ABSENT, "false": _PRESENT}.get(str(words[0]) if words else "", ())
    name = operator.removeprefix("ForAnyValue:").removeprefix(_EACH)
    plain = name.removesuffix("IfExists")
    if plain not in _LIKE | _EXACT:
        return ()
    found = tuple(_word(str(word), account, doubts, exact=plain in _EXACT) for word in words)
    return found if name == plain else (*found, *_ABSENT)


def _of_each(key: str, values: tuple[str, ...], statement: Document) -> tuple[str, ...]:
    """What has to hold of each value; of a denial nobody can tell whom it spares."""
    if not allows(statement):
        return ()
    return values if key.startswith(_IN_EVERY_CHANGE) or not values else (*values, *_ABSENT)


def _actions(statement: Document, doubts: list[str]) -> tuple[str, ...]:
    """All but some is all: too much in any case, and of a denial nobody can tell how much."""
    if "NotAction" in statement:
        if statement.get("Effect") == "Deny":
            doubts.append("NotAction")
        return (ANY,)
    return tuple(str(action) for action in statement.get("Action", ()))


def _word(word: str, account: Account | None, doubts: list[str], *, exact: bool) -> str:
    """A pattern, with what is known of the account in place of variables."""

    def known(found: re.Match[str]) -> str:
        tag = _TAGS.get(found[1].lower())
        if account is None or tag is None:
            doubts.append(found[0])
            return ANY
        return str(getattr(account, tag))

    made = _VARIABLE.sub(known, word)
    if exact and set(word) & set("*?"):
        doubts.append(word)
    return made
