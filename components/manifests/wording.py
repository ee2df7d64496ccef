"""Schema errors in words: where, what was expected, what was meant."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from components.manifests.schemas import WORDING

Kind = jsonschema_rs.ValidationErrorKind
Path = tuple[str | int, ...]

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_GOT = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a mapping"),
)
_SHOWN = 60
_LISTED = 12


def worded(
    error: jsonschema_rs.ValidationError, schema: Mapping[str, Any]
) -> Iterator[tuple[Path, str]]:
    """Path and message of each fault that one schema error stands for."""
    path, kind = tuple(error.instance_path), error.kind
    if isinstance(kind, Kind.AdditionalProperties):
        known = _properties(schema, error.schema_path)
        for field in kind.unexpected:
            yield (*path, field), f"unknown field{did_you_mean(field, known)}"
    elif isinstance(kind, Kind.Required):
        yield (*path, str(kind.value)), "missing"
    elif isinstance(kind, Kind.PropertyNames):
        yield (*path, str(kind.error.instance)), f"as a key, {_expected(kind.error)}"
    else:
        yield path, _expected(error)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?`, or nothing where nothing is near."""
    spelled = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0.6)
    return f"; did you mean {spelled[near[0]]}?" if near else ""


def shown(value: Any) -> str:
    """A value as a message may show it: short, and containers by their kind only."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        return repr(text)
    if isinstance(value, int | float):
        return str(value)
    return next((word for kind, word in _GOT if isinstance(value, kind)), type(value).__name__)


def _expected(error: jsonschema_rs.ValidationError) -> str:
    kind, got = error.kind, shown(error.instance)
    match kind:
        case Kind.Type():
            types = [_TYPES[name] for name in reversed(kind.types) if name != "null"]
            return f"expected {' or '.join(types)}, got {got}"
        case Kind.Enum():
            options = [str(option) for option in kind.options if option is not None]
            near = did_you_mean(str(error.instance), options)
            return f"expected {_choice(options)}, got {got}{near}"
        case Kind.Pattern():
            return f"expected {WORDING.get(kind.pattern, kind.pattern)}, got {got}"
        case Kind.Minimum() | Kind.Maximum():
            bound = "at least" if isinstance(kind, Kind.Minimum) else "at most"
            return f"expected {bound} {kind.limit}, got {got}"
        case Kind.MaxLength():
            return f"expected at most {kind.limit} characters, got {got}"
        case _:
            return f"does not fit the schema's {kind.name}"


def _choice(options: list[str]) -> str:
    more = f" or {len(options) - _LISTED} others" if len(options) > _LISTED else ""
    return f"{'one of ' if len(options) > 1 else ''}{', '.join(options[:_LISTED])}{more}"


def _properties(schema: Mapping[str, Any], path: Iterable[str | int]) -> Iterable[str]:
    """The fields beside the `additionalProperties` to which a schema path leads."""
    here: Any = schema
    for step in list(path)[:-1]:
        here = here[step]
    properties: Mapping[str, Any] = here.get("properties", {})
    return properties
