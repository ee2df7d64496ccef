"""What a verdict has to say, in order of weight, whatever it is written in."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assurance.graph.values import Level
from assurance.proofs.findings import Status
from assurance.proofs.isolation.entries import Entry
from assurance.proofs.replacement.steps import Change
from assurance.proofs.waivers import is_waived
from assurance.verdict.amounts import Became
from assurance.verdict.happening import changes, made, objects, refused, taken
from assurance.verdict.headline import count_of, happens
from assurance.verdict.items import Item, named, of_finding
from assurance.verdict.pins import Notice
from assurance.verdict.reach import Way
from assurance.verdict.verdict import StackVerdict, Verdict

_PLACE = re.compile(r" \([^()]+\.yaml:[0-9]+\)")
_SHOWN = 100
"""Items of one section that somebody still reads."""
_FEW = 8
_MADE = "created and updated"
_OF_NEW = frozenset(
    {
        *("who may now reach whom", "who may now do what", "quotas", "charts and versions"),
        *("images", "support, licences, unverified pins", _MADE),
    }
)
"""Sections that hold all of a stack that is new: its numbers come first, and the rest is folded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Items under a title."""

    title: str
    items: tuple[Item, ...]
    folded: bool = False
    """For whoever wants to know exactly."""


def summary(stack: StackVerdict, told: Verdict) -> str:
    """One stack in one line."""
    if stack.compared.faults:
        return f"does not load: {count_of(len(stack.compared.faults), 'fault')}"
    word = "new; " if is_new(stack) else "" if stack.compared.after else "gone; "
    what = happens(objects(stack))
    unknown = sum(not is_waived(each, told.today) for each in stack.findings(Status.UNKNOWN))
    more = f"; {unknown} undecided" if unknown else ""
    if stack.compared.faults_before:
        what = "the base does not load, so what changes is not known"
    return f"{word}{what or 'nothing changes'}{more}"


def sections(stack: StackVerdict, told: Verdict) -> Iterator[Section]:
    """Of one stack, what weighs most first; empty ones left out, and nothing at length twice."""
    known = _told_before(stack, told)
    for title, items, folded in _all(stack, told):
        found = tuple(_anew(tuple(items), known.get(title, {})))
        brief = len(found) > _FEW and title in _OF_NEW and is_new(stack)
        if brief:
            yield Section(title=title, items=tuple(_in_short(stack, title, found)))
        more = len(found) - _SHOWN
        if more > 0:
            found = (*found[:_SHOWN], Item(text=f"… and {more} more, all of them in --json"))
        if found:
            name = f"{title}, each" if brief else title
            yield Section(title=name, items=found, folded=folded or brief)


def is_new(stack: StackVerdict) -> bool:
    """Whether there was nothing of it before."""
    return stack.compared.before is None and not stack.compared.faults_before


def _in_short(stack: StackVerdict, title: str, items: Sequence[Item]) -> Iterator[Item]:
    """What is bold, and how many more there are: of what is new, everything is."""
    strong = [item for item in items if item.strong]
    yield from strong
    if title == _MADE:
        yield from made(stack)
    elif len(items) > len(strong):
        yield Item(text=f"{len(items) - len(strong)} {'more' if strong else 'in all'}")


def _anywhere(line: str) -> str:
    """Without the line of a file: every stack has its own."""
    return _PLACE.sub("", line)


_Known = Mapping[str, tuple[Item, str]]
"""By its text, an item that a reader has seen, and under which stack."""


def _told_before(stack: StackVerdict, told: Verdict) -> Mapping[str, _Known]:
    """By section, what the stacks above have said."""
    known: dict[str, dict[str, tuple[Item, str]]] = {}
    for above in told.stacks[: told.stacks.index(stack)]:
        for title, items, _ in _all(above, told):
            seen = known.setdefault(title, {})
            for item in items:
                seen.setdefault(item.text, (item, above.name))
    return known


def _anew(items: Sequence[Item], known: _Known) -> Iterator[Item]:
    """What is bold stays, without what was said below it; of the rest there is one line."""
    plain: dict[str, list[Item]] = {}
    for item in items:
        if item.text not in known:
            yield item
            continue
        before, stack = known[item.text]
        new = tuple(line for line in item.details if line not in before.details)
        elsewhere = [*map(_anywhere, before.details)] == [*map(_anywhere, item.details)]
        if item.strong or not elsewhere:
            more = (f"otherwise as in {stack}" if new else f"as in {stack}",)
            yield replace(item, details=(*new, *more[: len(item.details) - len(new)]))
        else:
            plain.setdefault(stack, []).append(item)
    for stack, same in plain.items():
        yield Item(text=_same(same, of=len(items), stack=stack))


def _same(items: Sequence[Item], *, of: int, stack: str) -> str:
    if len(items) == 1:
        return f"{items[0].text}, as in {stack}"
    return f"the same {of} as in {stack}" if len(items) == of else f"{len(items)} as in {stack}"


def _all(stack: StackVerdict, told: Verdict) -> Iterator[tuple[str, Iterable[Item], bool]]:
    given = stack.compared
    yield "does not load", (Item(text=str(fault), strong=True) for fault in given.faults), False
    yield "the base does not load", (Item(text=str(f)) for f in given.faults_before), False
    yield "deleted and replaced", taken(stack, told, {Change.DELETE, Change.REPLACE}), False
    yield "refuted by this change", (of_finding(stack, each, told) for each in stack.refuted), False
    yield "the API server refuses", refused(stack), False
    barred = [each for each in stack.still if stack.level(each) is Level.MANDATORY]
    noted = [each for each in stack.still if each not in barred]
    yield "forbidden as before", (of_finding(stack, each, told) for each in barred), False
    yield "where rehearsal and engine differ", map(_item, stack.differing), False
    yield "no longer refuted", (Item(text=named(each)) for each in stack.mended), False
    yield "not decided any more", (of_finding(stack, each, told) for each in stack.doubted), False
    ways = (*map(_entry, stack.entered), *map(_way, stack.opened))
    yield "who may now reach whom", ways, False
    yield "who may no longer reach whom", (Item(text=str(way)) for way in stack.closed), False
    yield "who may now do what", map(_item, stack.granted), False
    yield "who may no longer do what", map(_item, stack.revoked), False
    yield "quotas", map(_item, stack.quotas), False
    changed = [row for row in stack.head_room if row.before != row.after]
    yield "room on the pools, with everything scaled up", map(_item, changed), False
    yield "how strictly rules are taken", map(_level, stack.levels), False
    yield "charts and versions", map(_item, stack.versions), False
    yield "images", map(_item, stack.images), False
    told_now = [each for each in stack.notices if each.new or each.urgent]
    known = [each for each in stack.notices if each not in told_now]
    yield "support, licences, unverified pins", (_notice(stack, n) for n in told_now), False
    yield "waivers signed", map(_waiver, stack.added_waivers), False
    yield "waivers dropped", map(_waiver, stack.dropped_waivers), False
    yield _MADE, taken(stack, told, {Change.CREATE, Change.UPDATE}), False
    yield "refuted as before", (of_finding(stack, each, told) for each in noted), True
    yield "what exactly changes", changes(stack), True
    yield "pins, as before", (_notice(stack, n) for n in known), True
    yield "what this rests on", _numbers(stack), True


def _way(way: Way) -> Item:
    return Item(text=str(way), strong=not way.declared)


def _entry(entry: Entry) -> Item:
    return Item(text=str(entry), strong=not entry.needs)


def _item(value: object) -> Item:
    return Item(text=str(value))


def _notice(stack: StackVerdict, notice: Notice) -> Item:
    origin = stack.place(notice.origin)
    details = (f"from {origin}",) if origin else ()
    return Item(text=str(notice), strong=notice.urgent, details=details)


def _level(each: Became) -> Item:
    return Item(text=str(each), strong=True)


def _waiver(waiver: Any) -> Item:
    text = f"{waiver.finding}: {waiver.owner} until {waiver.expires}"
    return Item(text=text, details=(waiver.reason,))


def _numbers(stack: StackVerdict) -> Iterator[Item]:
    if stack.compared.faults:
        return
    for proof, found in stack.results().items():
        about = ", ".join(f"{count} {what}" for what, count in found.population.items() if count)
        counts = ", ".join(f"{found.count(status)} {status}" for status in Status)
        yield Item(text=f"{proof}: {counts}; of {about or 'nothing'}")
    unknown = Counter(finding.message for finding in stack.findings(Status.UNKNOWN))
    for message, count in sorted(unknown.items()):
        yield Item(text=f"unknown, {count} times: {message}")
    results = stack.results().values()
    assumed = {words for found in results for each in found.findings for words in each.assumes}
    for words in sorted(assumed):
        yield Item(text=f"assumes: {words}")
