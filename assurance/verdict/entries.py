"""Where people may come in through a gateway after a change, and could not before."""

from assurance.proofs.isolation.entries import Entries, Entry
from assurance.proofs.isolation.routes import Routes
from assurance.verdict.side import Side


def entered(before: Side | None, after: Side | None) -> tuple[Entry, ...]:
    """What leads in after, and did not so before; other places, or with less to show."""
    if before is after:
        return ()
    return tuple(sorted(_entries(after) - _entries(before)))


def _entries(side: Side | None) -> set[Entry]:
    if side is None:
        return set()
    return Entries(side.graph, side.intent, Routes(side.graph, side.intent)).all()
