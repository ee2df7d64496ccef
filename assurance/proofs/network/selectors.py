"""Label selectors, exactly as the API server reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.resource import OBJECT, Marker, Secret

NAME = "kubernetes.io/metadata.name"
"""Set on every namespace by the API server; nobody can set it otherwise."""

_PLAIN = (str, int, float, type(None))
_OPERATORS = {"In", "NotIn", "Exists", "DoesNotExist"}


class SpecError(ValueError):
    """Something that the API server would refuse, or that is not known."""


def refuse_unknown(value: Any, path: str) -> None:
    """SpecError where anything within is not known, by its path."""
    where = _hidden(value)
    if where is not None:
        message = f"{path}{''.join(reversed(where))} is not known"
        raise SpecError(message)


def _hidden(value: Any) -> list[str] | None:
    """The steps to the first thing that is not known, last one first."""
    if isinstance(value, _PLAIN):
        return None
    if isinstance(value, Marker | Secret):
        return []
    if isinstance(value, OBJECT):
        for key, item in value.items():
            if (where := _hidden(item)) is not None:
                return [*where, f".{key}"]
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if (where := _hidden(item)) is not None:
                return [*where, f"[{index}]"]
    return None


@dataclass(frozen=True, slots=True)
class Selector:
    """What labels must be like; nothing asked for matches everything."""

    labels: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str, frozenset[str]], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it matches everything."""
        return not self.labels and not self.expressions

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether every part of it holds."""
        for key, value in self.labels:
            if labels.get(key) != value:
                return False
        return all(_holds(part, labels) for part in self.expressions)

    @property
    def name(self) -> str | None:
        """The one namespace that it can match, if it says so."""
        return dict(self.labels).get(NAME)

    def __str__(self) -> str:
        """As `kubectl get --selector` takes it."""
        words = [f"{key}={value}" for key, value in self.labels]
        for key, operator, values in self.expressions:
            listed = f" ({', '.join(sorted(values))})" if values else ""
            words.append(f"{key} {operator}{listed}")
        return ", ".join(words) or "everything"


EVERYTHING = Selector()


def labelled(labels: Mapping[str, str]) -> Selector:
    """The selector that asks for these labels."""
    return Selector(labels=tuple(sorted(labels.items())))


def selector(given: Any) -> Selector:
    """Read a LabelSelector."""
    if given is None:
        return EVERYTHING
    if not isinstance(given, OBJECT):
        message = f"expected a label selector, got {given!r}"
        raise SpecError(message)
    wanted = given.get("matchLabels") or {}
    if not isinstance(wanted, OBJECT) or not all(isinstance(v, str) for v in wanted.values()):
        message = f"matchLabels: expected texts, got {wanted!r}"
        raise SpecError(message)
    expressions = tuple(sorted(map(_expression, given.get("matchExpressions") or ()), key=repr))
    return Selector(labels=tuple(sorted(wanted.items())), expressions=expressions)


def _expression(given: Any) -> tuple[str, str, frozenset[str]]:
    if not isinstance(given, OBJECT) or not isinstance(given.get("key"), str):
        message = f"matchExpressions: expected key and operator, got {given!r}"
        raise SpecError(message)
    operator, values = given.get("operator"), given.get("values") or ()
    if operator not in _OPERATORS or bool(values) != (operator in {"In", "NotIn"}):
        message = f"matchExpressions: {operator!r} with values {values!r} is no requirement"
        raise SpecError(message)
    return given["key"], str(operator), frozenset(map(str, values))


def _holds(part: tuple[str, str, frozenset[str]], labels: Mapping[str, str]) -> bool:
    key, operator, values = part
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator == "Exists")
