"""What somebody may do, whichever cloud says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from assurance.graph.resource import Origin
from assurance.proofs.identity.patterns import ANY, Box, TooManyError, escape, overlap


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """Actions on resources, as patterns, where every condition holds."""

    actions: tuple[str, ...]
    """In lower case."""
    resources: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By what a condition looks at: the patterns of which one has to match; `""` is without it."""
    doubts: tuple[str, ...] = ()
    """Conditions that may narrow it, or not: nobody can tell from here."""
    source: str = ""
    """Who says so, for people."""

    @property
    def keys(self) -> frozenset[str]:
        """All that its conditions look at."""
        return frozenset(self.when)

    def boxes(self, keys: Iterable[str]) -> Iterator[Box]:
        """One for each action, each resource, and each value of the conditions."""
        values = [self.when.get(key, (ANY,)) for key in keys]
        return product(self.actions, self.resources, *values)

    def __str__(self) -> str:
        """As people would say it."""
        return f"{', '.join(self.actions)} on {', '.join(self.resources)}"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Account:
    """Who acts: a ServiceAccount, or a part of the cluster itself."""

    namespace: str
    """Empty for what is not in the cluster."""
    name: str

    def __str__(self) -> str:
        """As people point at it."""
        if not self.namespace:
            return self.name
        return f"ServiceAccount {self.namespace}/{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Everything that one account has been given."""

    account: Account
    allowed: tuple[Right, ...] = ()
    denied: tuple[Right, ...] = ()
    unknown: tuple[str, ...] = ()
    """What it has been given besides, and nobody can read yet."""
    faults: tuple[str, ...] = ()
    """Why it cannot act at all."""
    strangers: tuple[str, ...] = ()
    """Who else can act in its place."""
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What one account needs, and how much more does no harm."""

    account: Account
    required: tuple[Right, ...] = ()
    """Every word of each has to be allowed."""
    somewhere: tuple[Right, ...] = ()
    """Each has to be allowed at least for something."""
    tolerated: tuple[Right, ...] = ()
    """The most that it may be given."""
    unknown: tuple[str, ...] = ()
    """Needs of which nobody can tell what they come to."""
    reasons: tuple[str, ...] = ()
    """Why it needs anything, for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Excess:
    """Something that is given and not needed."""

    right: Right
    action: str
    resource: str
    example: str
    """The shortest action and resource that nobody needs."""


def excesses(held: Held, wanted: Wanted) -> Iterator[Excess]:
    """What goes beyond the most that may be given; what is denied in any case does not count."""
    bound = (*wanted.tolerated, *wanted.required)
    sure = tuple(right for right in held.denied if not right.doubts)
    keys = _keys(held.allowed, bound)
    limit = [box for right in (*bound, *sure) for box in right.boxes(keys)]
    for right in held.allowed:
        for box in right.boxes(keys):
            found = right
            try:
                word = escape(box, limit)
            except TooManyError:
                word, found = box, replace(right, doubts=(*right.doubts, "how its patterns meet"))
            if word is not None:
                example = f"{word[0]} on {word[1]}"
                yield Excess(right=found, action=box[0], resource=box[1], example=example)
                break


def missing(held: Held, wanted: Wanted) -> Iterator[tuple[Right, bool]]:
    """What is needed and not given; and whether that is sure."""
    for right in wanted.required:
        try:
            yield from _shortage(right, held, everywhere=True)
        except TooManyError:
            yield right, False
    for right in wanted.somewhere:
        yield from _shortage(right, held, everywhere=False)


def _shortage(right: Right, held: Held, *, everywhere: bool) -> Iterator[tuple[Right, bool]]:
    keys = _keys(held.allowed, held.denied, (right,))
    sure = [box for a in held.allowed if not a.doubts for box in a.boxes(keys)]
    perhaps = [box for a in held.allowed for box in a.boxes(keys)]
    wanted = list(right.boxes(keys))
    hit = [d for d in held.denied if any(overlap(b, w) for b in d.boxes(keys) for w in wanted)]
    if any(not deny.doubts for deny in hit):
        yield right, True
    elif not _given(wanted, perhaps, everywhere=everywhere):
        yield right, not held.unknown
    elif hit or not _given(wanted, sure, everywhere=everywhere):
        yield right, False


def _given(wanted: Iterable[Box], allowed: list[Box], *, everywhere: bool) -> bool:
    if everywhere:
        return all(escape(box, allowed) is None for box in wanted)
    return all(any(overlap(box, other) for other in allowed) for box in wanted)


def _keys(*several: Iterable[Right]) -> tuple[str, ...]:
    return tuple(sorted({key for rights in several for right in rights for key in right.keys}))
