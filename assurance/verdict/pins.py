"""Which versions a change takes, and what is to be known of those that there are then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from assurance.graph.resource import Origin
from assurance.graph.values import Pin
from assurance.verdict.amounts import Became, became
from assurance.verdict.side import Side

SOON = timedelta(days=90)
"""Time enough to plan a change of version."""
_PERMISSIVE = frozenset(
    {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "PostgreSQL", ""}
)
"""Licences that ask nothing of whoever runs the thing as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something that nobody has broken, and somebody has to know."""

    text: str
    urgent: bool = False
    new: bool = True
    """Whether the base could not have said the same."""
    origin: Origin = field(default_factory=Origin)

    def __str__(self) -> str:
        """One line."""
        return self.text


def versions(before: Side | None, after: Side | None) -> tuple[Became, ...]:
    """Every pin that is another one, new or gone."""
    old, new = ({n: p.version for n, p in _pins(side).items()} for side in (before, after))
    return became(old, new)


def notices(before: Side | None, after: Side | None, today: date) -> tuple[Notice, ...]:
    """What ends soon, what nobody has verified, which licences ask for something."""
    old, new = _pins(before), _pins(after)
    return (*_ending(old, new, today), *_licences(old, new), *_unverified(old, new))


def _pins(side: Side | None) -> Mapping[str, Pin]:
    return side.intent.pins if side else {}


def _ending(old: Mapping[str, Pin], new: Mapping[str, Pin], today: date) -> Iterator[Notice]:
    """Soonest first."""
    dated = sorted((pin.until, name) for name, pin in new.items() if pin.until is not None)
    for until, name in dated:
        if until - today > SOON:
            continue
        pin, days = new[name], (until - today).days
        left = f"in {days} days" if days > 0 else "today" if days == 0 else f"{-days} days ago"
        word = "ends" if days >= 0 else "ended"
        yield Notice(
            text=f"{name} {pin.version}: its maker's support {word} {left}, on {until}",
            urgent=days < 0,
            new=not _same(old, new, name),
            origin=Origin(config=pin.key),
        )


def _licences(old: Mapping[str, Pin], new: Mapping[str, Pin]) -> Iterator[Notice]:
    """One that has changed, or that is new and asks for something, is read before it is merged."""
    for name, pin in sorted(new.items()):
        was = old[name].licence if name in old else None
        changed = was is not None and was != pin.licence
        if not changed and pin.licence in _PERMISSIVE:
            continue
        before = f", {was or 'none'} before" if changed else ""
        yield Notice(
            text=f"{name} {pin.version}: licence {pin.licence or 'none'}{before}",
            urgent=changed or was is None,
            new=not _same(old, new, name),
            origin=Origin(config=pin.key),
        )


def _unverified(old: Mapping[str, Pin], new: Mapping[str, Pin]) -> Iterator[Notice]:
    """In one line, as they are verified together by one command; what is new in one of its own."""
    waiting = [name for name, pin in sorted(new.items()) if not pin.verified]
    for fresh in (True, False):
        names = [name for name in waiting if _same(old, new, name) is not fresh]
        if names:
            shown = ", ".join(f"{name} {new[name].version}" for name in names)
            yield Notice(text=f"unverified, as no digest is known: {shown}", new=fresh)


def _same(old: Mapping[str, Pin], new: Mapping[str, Pin], name: str) -> bool:
    return name in old and replace(old[name], key=new[name].key) == new[name]
