"""What pydantic finds, in our words: it decides what is wrong, the schema says what is right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from components.config.faults import Path, Problem
from components.config.shape import (
    Node,
    allowed_keys,
    beside,
    chosen,
    further_down,
    options,
    phrase,
    required,
    shapes,
)
from components.config.wording import meant, one_of, shown, unknown_key
from components.config.yaml_scalars import plain_scalar
from providers.config.section import MisfitError

_KEY = "[key]"
"""What pydantic puts behind a key that is wrong itself."""
_TRUTHS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Plain values that begin at a section, and their scalars as they are written."""

    data: Mapping[str, Any]
    texts: Mapping[Path, str]

    def at(self, path: Path) -> Any:
        """The value at a path; None where there is none."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def shown(self, path: Path) -> str:
        """The value as a message quotes it: numbers as written, `1.30` is not 1.3."""
        value = self.at(path)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.texts.get(path, shown(value))
        return shown(value)

    def nulls(self, path: Path) -> Iterator[Path]:
        """Keys with nothing behind them."""
        match self.at(path):
            case None:
                yield path
            case dict() as section:
                for key in section:
                    yield from self.nulls((*path, key))
            case list() as items:
                for position in range(len(items)):
                    yield from self.nulls((*path, position))


def problems_of(error: ValidationError | None, written: Written, path: Path) -> list[Problem]:
    """Every fault of the part that stands at `path`, each once."""
    found = {p: _nothing(p, written) for p in written.nulls(path) if shapes(p, written.data)}
    guessed: set[Path] = set()
    missing: set[Path] = set()
    for details in () if error is None else error.errors(include_url=False, include_input=False):
        problem = _problem(details, written, path)
        found.setdefault(problem.path, problem)
        if details["type"] == "missing":
            missing.add(problem.path)
        if details["type"] == "extra_forbidden":
            guess = meant(str(problem.path[-1]), _keys(problem.path[:-1], written))
            guessed.add((*problem.path[:-1], guess or ""))
    above = {place[:length] for place in found for length in range(len(place))}
    return [p for place, p in found.items() if place not in above | (missing & guessed)]


def _problem(details: ErrorDetails, written: Written, root: Path) -> Problem:
    loc = (*root, *details["loc"])
    place = _place(loc, written.data)
    match details["type"]:
        case "missing":
            path = (*place, loc[-1])
            message = f"expected {phrase(shapes(path, written.data))}, got nothing"
            return Problem(path=path, message=message)
        case "extra_forbidden":
            return Problem(path=place, message=_extra(place, written))
        case "union_tag_invalid":
            return _wrong_kind(place, written)
        case "value_error":
            return _own_words(details, place, written)
        case _ if loc[-1] == _KEY:
            names = [n["propertyNames"] for n in _above(place, written) if "propertyNames" in n]
            return Problem(path=place, message=one_of(options(names), str(place[-1])))
        case _:
            return Problem(path=place, message=_unexpected(place, written))


def _own_words(details: ErrorDetails, place: Path, written: Written) -> Problem:
    """A validator of ours has said what is wrong."""
    error = details["ctx"]["error"]
    message = str(error)
    if isinstance(error, MisfitError):
        return Problem(path=(*place, *error.at), message=message)
    if ", got " not in message:
        is_key = details["loc"][-1:] == (_KEY,)
        expected, mark, hint = message.partition("; ")
        got = shown(place[-1]) if is_key else written.shown(place)
        message = f"{expected}, got {got}{mark}{hint}"
    return Problem(
        path=place, message=message + _hint(shapes(place, written.data), written.at(place))
    )


def _extra(place: Path, written: Written) -> str:
    """A key that nobody reads, or that only another kind of this section has."""
    key, section = str(place[-1]), written.at(place[:-1])
    every = shapes(place[:-1], written.data)
    mine = [node for node in chosen(every, section) if key not in node.get("properties", {})]
    if key in allowed_keys(every):
        return f"expected no {key} beside {beside(mine, section)}, got one"
    if key.startswith("ml-platform:"):
        return f"expected this key under `config:`, got {key} here; it is indented too far"
    if place[:-1] == ("platform", "teams") and not meant(key, allowed_keys(mine)):
        return f"expected defaults of every team, got {key}; a team goes under ml-platform:teams"
    return unknown_key(key, allowed_keys(mine), further_down(mine))


def _wrong_kind(place: Path, written: Written) -> Problem:
    """A section that is none of its alternatives: `kind` or the like has a wrong word."""
    nodes = shapes(place, written.data)
    words = [
        (key, n) for node in nodes for key, n in node.get("properties", {}).items() if "const" in n
    ]
    path = (*place, words[0][0])
    message = one_of(options([node for _, node in words]), str(written.at(path)))
    return Problem(path=path, message=message)


def _unexpected(place: Path, written: Written) -> str:
    nodes, value = shapes(place, written.data), written.at(place)
    if isinstance(value, str) and (words := options(nodes)):
        return one_of(words, value)
    got = written.shown(place)
    return f"expected {phrase(nodes)}, got {got}{_hint(nodes, value, got)}"


def _nothing(place: Path, written: Written) -> Problem:
    nodes = shapes(place, written.data)
    above = chosen(shapes(place[:-1], written.data), written.at(place[:-1]))
    remedy = "; write {} for its defaults" if "object" in _kinds(nodes) else "; leave the key out"
    if any(place[-1] in required(node) for node in above):
        remedy = ""
    return Problem(path=place, message=f"expected {phrase(nodes)}, got nothing{remedy}")


def _hint(nodes: Sequence[Node], value: Any, text: str = "") -> str:
    """How the same value would be written rightly."""
    kinds = _kinds(nodes)
    if isinstance(value, bool | int | float) and kinds == {"string"} | (kinds - {"number"}):
        return f"; write '{text or shown(value)}' in quotes"
    if not isinstance(value, str):
        return ""
    if "array" in kinds:
        return f"; write [{', '.join(value.split())}]"
    if kinds == {"boolean"} and value.lower() in _TRUTHS:
        return f"; did you mean {_TRUTHS[value.lower()]}"
    number = plain_scalar(value)
    if (
        kinds & {"integer", "number"}
        and isinstance(number, int | float)
        and not isinstance(number, bool)
    ):
        return "" if "string" in kinds else "; leave out the quotes"
    return ""


def _kinds(nodes: Sequence[Node]) -> set[str]:
    kinds: set[str] = set()
    for node in nodes:
        kind = node.get("type", [])
        kinds |= {kind} if isinstance(kind, str) else set(kind)
    return kinds


def _keys(path: Path, written: Written) -> list[str]:
    return allowed_keys(chosen(shapes(path, written.data), written.at(path)))


def _above(path: Path, written: Written) -> list[Node]:
    return shapes(path[:-1], written.data)


def _place(loc: Sequence[str | int], data: Any) -> Path:
    """Pydantic's path without the names of alternatives and spelled-out short forms."""
    place: Path = ()
    value: Any = data
    for step in loc:
        if _has(value, step):
            value = value[step]
            place = (*place, step)
    return place


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value
