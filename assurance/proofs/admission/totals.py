"""Whether everything in a namespace goes into its quotas: at the least, one by one, at the most."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assurance.proofs.admission.amounts import spelled
from assurance.proofs.admission.faults import PROOF
from assurance.proofs.admission.findings import assumed, finding, in_stack
from assurance.proofs.admission.lines import Line
from assurance.proofs.admission.quotas import (
    Quota,
    charged_to,
    counts_something,
    exceeded,
    unstated,
)
from assurance.proofs.findings import Finding, Status, tells

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Row:
    """What one line takes of one key."""

    line: Line
    amount: Decimal

    @property
    def least(self) -> Decimal:
        return self.line.least * self.amount

    @property
    def most(self) -> Decimal:
        return (self.line.most or self.line.least) * self.amount

    def words(self, key: str, number: int) -> str:
        times = f"{number} at " if number != 1 else ""
        return f"{self.line.what} {times}{spelled(key, self.amount)}"


def decided(quota: Quota, lines: Sequence[Line]) -> Iterator[Finding]:
    """One finding for each thing that cannot go in, or one that everything does."""
    mine = [line for line in lines if line.about(quota)]
    found = list(_alone(quota, mine))
    over = {
        key
        for line in mine
        for key, value in charged_to(quota, line.each).items()
        if value > quota.hard[key]
    }
    proved: dict[str, str] = {}
    for key in sorted(quota.hard):
        if not counts_something(key):
            found.append(_dead(quota, key))
        elif key not in over:
            rows = [_Row(line, line.each[key]) for line in mine if line.each.get(key)]
            wrong = _over(quota, key, rows) or _unsure(quota, key, rows, mine)
            if wrong is None:
                most, hard = sum((row.most for row in rows), Decimal(0)), quota.hard[key]
                proved[key] = f"{spelled(key, most)} of {spelled(key, hard)}"
            else:
                found.append(wrong)
    yield from found
    if not found:
        words = ", ".join(f"{key} {value}" for key, value in proved.items())
        message = f"all that is asked for goes in, at its most: {words}"
        more = {"witness": {"most": proved}, "assumes": _believed(mine)}
        yield _finding(quota, "quota", Status.PROVED, message, **more)


def _alone(quota: Quota, lines: Sequence[Line]) -> Iterator[Finding]:
    """What each thing by itself runs into."""
    for line in lines:
        faults = list(exceeded(quota, line.each))
        if line.arrival is not None and line.arrival.pod is not None:
            faults = [*unstated(quota, line.arrival.pod), *faults]
        for fault in faults:
            yield finding(line.item or quota.item, fault, subject=line.what)


def _over(quota: Quota, key: str, rows: Sequence[_Row]) -> Finding | None:
    """What is certain not to go in."""
    hard, least = quota.hard[key], sum((row.least for row in rows), Decimal(0))
    if least > hard:
        words = f"{spelled(key, least)} is asked for at the least"
        return _sum(
            quota,
            key,
            [_Row(replace(r.line, most=r.line.least), r.amount) for r in rows],
            "quota",
            words,
        )
    for row in rows:
        alone = least - row.least + row.most
        if alone > hard and not row.line.bound:
            fits = int((hard - least + row.least) // row.amount)
            words = (
                f"{row.line.what} may grow to {row.line.most}, and only {fits} fit beside the rest"
            )
            return _sum(quota, key, rows, "quota-growth", words)
        if row.line.surge and row.line.least and least + row.amount > hard:
            words = (
                f"a rollout of {row.line.what} starts a new pod before it ends an old one, "
                "and there is no room for one: it never ends"
            )
            return _sum(quota, key, rows, "quota-rollout", words)
    return None


def _unsure(quota: Quota, key: str, rows: Sequence[_Row], lines: Sequence[Line]) -> Finding | None:
    """What may go in or not."""
    unknown = [
        line
        for line in lines
        if line.doubt and (line.each.get(key) or (line.touches and line.touches(key)))
    ]
    hard, most = quota.hard[key], sum((row.most for row in rows), Decimal(0))
    if unknown:
        because = "; ".join(f"{line.what}: {line.doubt}" for line in unknown[:_SHOWN])
        message = f"{key}: not decided because of {because}"
        remedy = "state it, or bound it"
        believed = _believed(unknown)
        return _finding(quota, "quota", Status.UNKNOWN, message, remedy=remedy, assumes=believed)
    surge = max((row.amount for row in rows if row.line.surge), default=Decimal(0))
    if most + surge <= hard:
        return None
    at_most = f"all at their most would take {spelled(key, most)}"
    words = f"{at_most}, and leave no room for a rollout then"
    if most > hard:
        words = f"{at_most}; each fits alone, not all at once"
    for row in rows:
        if row.line.bound and row.most > hard:
            by_node = row.line.arrival is not None
            words = f"there may be {row.line.most} {row.line.what}"
            if by_node:
                words = f"{row.line.what} may have a pod on each of {row.line.most} nodes"
    return _sum(quota, key, rows, "quota-at-once", words, Status.UNKNOWN)


def _sum(
    quota: Quota,
    key: str,
    rows: Sequence[_Row],
    rule: str,
    words: str,
    status: Status = Status.REFUTED,
) -> Finding:
    """The arithmetic, the largest first."""
    large = sorted(rows, key=lambda row: (-row.most, row.line.what))
    told = [row.words(key, row.line.most or row.line.least) for row in large[:_SHOWN]]
    more = f" and {len(large) - _SHOWN} more" if len(large) > _SHOWN else ""
    hard = spelled(key, quota.hard[key])
    message = f"{key}: {hard} allowed, {words} ({', '.join(told)}{more})"
    witness: dict[str, Any] = {
        "key": key,
        "hard": hard,
        "asked": {
            f"{row.line.what}": {
                "each": spelled(key, row.amount),
                "least": row.line.least,
                "most": row.line.most,
            }
            for row in large
        },
    }
    remedy = f"raise {in_stack(quota.item, key) or key}, or ask for less"
    believed = _believed(row.line for row in rows)
    return _finding(quota, rule, status, message, remedy=remedy, witness=witness, assumes=believed)


def _dead(quota: Quota, key: str) -> Finding:
    """A key that limits nothing."""
    right = f"requests.{key.removeprefix('limits.')}" if "/" in key else "count/<resource>.<group>"
    return _finding(
        quota,
        "quota-counts-nothing",
        Status.REFUTED,
        f"{key}: nothing is ever charged under this key, so it limits nothing",
        remedy=f"write {right}, if that is what is meant",
        witness={"key": key},
    )


def _believed(lines: Iterable[Line]) -> tuple[str, ...]:
    """The stand-ins that some lines come from."""
    items = (line.item for line in lines if line.item is not None)
    return tuple(sorted({words for item in items for words in assumed(item)}))


def _finding(quota: Quota, rule: str, status: Status, message: str, **more: Any) -> Finding:
    origin = quota.item.resource.origin
    return tells(PROOF)(rule, status, str(quota.item), message, origin=origin, **more)
