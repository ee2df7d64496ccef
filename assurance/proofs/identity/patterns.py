"""Whether whatever one pattern matches others match as well, for `*` and `?` and nothing else.

A box is one pattern for each of some dimensions: an action, a resource, values of conditions. It
holds the words whose every part matches. Decided exactly, by walking what the patterns have left to
match; a character that no pattern spells stands for all others.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

Box = tuple[str, ...]
ANY = "*"
_END = "\0"
"""Stands behind each part of a word; in no part itself."""
_MOST = 20_000
_State = frozenset[tuple[int, int]]


class TooManyError(ValueError):
    """Patterns with more ways to match than anybody wants to walk."""


@cache
def contains(wide: str, narrow: str) -> bool:
    """Whether one pattern matches all that another does."""
    return wide in (ANY, narrow) or escape((narrow,), ((wide,),)) is None


def overlap(one: Box, other: Box) -> bool:
    """Whether some word is in both."""
    return all(_meet(a, b) for a, b in zip(one, other, strict=True))


def escape(box: Box, others: Iterable[Box]) -> Box | None:
    """The shortest word of a box that is in none of the others."""
    near = [other for other in others if overlap(box, other)]
    for other in near:
        pairs = list(zip(other, box, strict=True))
        if all(_within(w, n) for w, n in pairs):
            return None
        if len(box) > 1 and all(contains(w, n) for w, n in pairs):
            return None
    return _walk(_joined(box), tuple(map(_joined, near)), len(box))


def _within(wide: str, narrow: str) -> bool:
    """Surely so: a cheap test that settles most cases."""
    if wide in (ANY, narrow):
        return True
    return wide.endswith(ANY) and not set("*?") & set(wide[:-1]) and narrow.startswith(wide[:-1])


def _joined(box: Box) -> str:
    return "".join(part + _END for part in box)


@cache
def _walk(box: str, others: tuple[str, ...], dimensions: int) -> Box | None:
    """Breadth first, so that what is found is a shortest word."""
    patterns = (box, *others)
    spelled = sorted({char for pattern in patterns for char in pattern} - set("*?"))
    fresh = next(c for c in _candidates() if c not in spelled)
    start = (
        _closed(patterns, {(0, 0)}),
        _closed(patterns, {(n + 1, 0) for n in range(len(others))}),
    )
    waiting, known = deque([(start, "")]), {start}
    while waiting:
        (left, right), word = waiting.popleft()
        if _ends(patterns, left):
            if not _ends(patterns, right):
                return tuple(word.split(_END)[:dimensions])
            continue
        for char in _telling(patterns, left, right, (*spelled, fresh)):
            following = _step(patterns, left, char), _step(patterns, right, char)
            if following[0] and following not in known:
                known.add(following)
                if len(known) > _MOST:
                    raise TooManyError
                waiting.append((following, word + char))
    return None


def _telling(
    patterns: Sequence[str], left: _State, right: _State, chars: Sequence[str]
) -> Iterator[str]:
    """Of all characters those that somebody waits for, and of what is as good as each other one."""
    own, others = (
        {patterns[n][at] for n, at in each if at < len(patterns[n])} for each in (left, right)
    )
    open_to_any = not own.isdisjoint("*?")
    another = False
    for char in chars:
        awaited = char in own or (open_to_any and char in others)
        if not awaited and (another or not open_to_any or char == _END):
            continue
        another = another or not awaited
        yield char


def _candidates() -> Iterator[str]:
    yield from "xyzqjkvw"
    yield from map(chr, range(0x100, 0x200))


def _closed(patterns: Sequence[str], states: Iterable[tuple[int, int]]) -> _State:
    """With every place that is reached by letting a `*` match nothing."""
    found = set(states)
    rest = list(found)
    while rest:
        number, place = rest.pop()
        pattern = patterns[number]
        if place < len(pattern) and pattern[place] == ANY:
            further = (number, place + 1)
            if further not in found:
                found.add(further)
                rest.append(further)
    return frozenset(found)


def _step(patterns: Sequence[str], states: _State, char: str) -> _State:
    after = set()
    for number, place in states:
        pattern = patterns[number]
        if place == len(pattern):
            continue
        expected = pattern[place]
        if expected == ANY and char != _END:
            after.add((number, place))
        elif expected == char or (expected == "?" and char != _END):
            after.add((number, place + 1))
    return _closed(patterns, after)


def _ends(patterns: Sequence[str], states: _State) -> bool:
    return any(place == len(patterns[number]) for number, place in states)


@cache
def _meet(one: str, other: str) -> bool:
    """Whether some word matches both."""
    patterns = (one, other)
    reached = {(0, 0)}
    rest = [(0, 0)]
    while rest:
        a, b = rest.pop()
        if a == len(one) and b == len(other):
            return True
        for following in _pairs(patterns, a, b):
            if following not in reached:
                reached.add(following)
                rest.append(following)
    return False


def _pairs(patterns: tuple[str, str], a: int, b: int) -> Iterator[tuple[int, int]]:
    """Where both may stand after nothing more, or one more character of each."""
    one, other = patterns
    here = one[a] if a < len(one) else ""
    there = other[b] if b < len(other) else ""
    if here == ANY:
        yield a + 1, b
    if there == ANY:
        yield a, b + 1
    if not here or not there:
        return
    if here in (there, ANY, "?") or there in (ANY, "?"):
        yield a + (here != ANY), b + (there != ANY)
