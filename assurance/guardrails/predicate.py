"""The closed algebra that guardrails are written in: what can be said about one object.

Every predicate has two readings, which must agree: `evaluation` in Python, `cel` for the API
server. So it holds only what both can do alike. What is missing is never equal to, in, more or less
than anything: a predicate about a value is false where there is none. `null` is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

Scalar = str | int | bool
_PATTERN = re.compile(r"(?:[^\\(]|\((?!\?)|\\[.\-+*/\[\](){}^$|?d])*")


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from an object, or from a list's item, down to a value; without steps, the item."""

    steps: tuple[str, ...] = ()


class ImagePart(StrEnum):
    """The parts of an image reference."""

    REGISTRY = "registry"
    """Always there: `docker.io` where the reference names none."""
    REPOSITORY = "repository"
    """What stands between registry and tag, as written."""
    TAG = "tag"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Image:
    """One part of the image reference at a path."""

    at: Path
    part: ImagePart


Term = Path | Image
"""What a predicate looks at."""


class Order(StrEnum):
    """How two amounts compare."""

    LESS = "<"
    AT_MOST = "<="
    AT_LEAST = ">="
    MORE = ">"


@dataclass(frozen=True, slots=True)
class Present:
    """There is a value."""

    term: Term


@dataclass(frozen=True, slots=True)
class Stated:
    """Something is said there, if only what nobody knows yet."""

    term: Path


@dataclass(frozen=True, slots=True)
class Equals:
    """The value is this one."""

    term: Term
    value: Scalar


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of these texts."""

    term: Term
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compares:
    """The value is a number on this side of another."""

    term: Term
    order: Order
    value: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """The value is a Kubernetes quantity on this side of another: `500m`, `1.5Gi`."""

    term: Term
    order: Order
    value: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole value matches a pattern, in what Python and RE2 read alike."""

    term: Term
    pattern: str

    def __post_init__(self) -> None:
        """Refuse what the two would read differently."""
        check_pattern(self.pattern)


@dataclass(frozen=True, slots=True)
class Every:
    """Each item of some lists; a list that is missing has none."""

    lists: tuple[Path, ...]
    require: "Predicate"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one item of some lists."""

    lists: tuple[Path, ...]
    require: "Predicate"


@dataclass(frozen=True, slots=True)
class EveryEntry:
    """The value of each key of a mapping that matches a pattern as a whole."""

    mapping: Path
    keys: str
    require: "Predicate"

    def __post_init__(self) -> None:
        """Refuse what the two would read differently."""
        check_pattern(self.keys)


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    negated: "Predicate"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    parts: tuple["Predicate", ...]


Predicate = (
    Present
    | Stated
    | Equals
    | OneOf
    | Compares
    | Amounts
    | Matches
    | Every
    | Some
    | EveryEntry
    | Not
    | AllOf
    | AnyOf
)


def at(*steps: str) -> Path:
    """The path with these steps; a step is one key, dots and slashes included."""
    return Path(steps)


ITEM = Path()
"""An item itself, where a list holds plain values."""


def absent(term: Term) -> Not:
    """There is no value."""
    return Not(Present(term))


def absent_or(term: Term, require: Predicate) -> AnyOf:
    """A value need not be there, but if it is, this holds."""
    return AnyOf((absent(term), require))


def looked_at(require: Predicate) -> Iterator[Path]:
    """Paths from the object itself; what quantifiers look at is within their lists."""
    match require:
        case Every() | Some():
            yield from require.lists
        case EveryEntry():
            yield require.mapping
        case Not():
            yield from looked_at(require.negated)
        case AllOf() | AnyOf():
            for part in require.parts:
                yield from looked_at(part)
        case _:
            yield require.term if isinstance(require.term, Path) else require.term.at


def check_pattern(pattern: str) -> None:
    """Raise unless Python and RE2 read a pattern alike."""
    if _PATTERN.fullmatch(pattern) is None:
        message = f"not in what Python and RE2 read alike: {pattern!r}"
        raise ValueError(message)
    re.compile(pattern)
