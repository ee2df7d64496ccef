"""What proofs could not be shown of a cluster, and what is left of their findings then."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from assurance.graph.readers.live_api import Unread
from assurance.proofs.findings import Finding, Result, Status

READING = "reading"
"""Stands among the proofs: whether everything that they look at could be read."""

_NAMES_ONLY = frozenset({"configmaps", "nodes", "secrets"})
_INDIFFERENT: Mapping[str, frozenset[str]] = {
    "admission": frozenset({"nodes"}),
    "capacity": _NAMES_ONLY,
    "governance": _NAMES_ONLY,
    "order": frozenset({"nodes"}),
}
"""By proof, what it does not need. Other proofs doubt an unknown object themselves."""
_SHOWN = 3


def reading(unread: Iterable[Unread], population: Mapping[str, int]) -> Result:
    """What could not be listed, by name."""
    return Result(findings=tuple(_findings(unread)), population=population)


def _findings(unread: Iterable[Unread]) -> Iterator[Finding]:
    for each in unread:
        yield Finding(
            proof=READING,
            rule=f"{READING}/not-listed",
            status=Status.UNKNOWN,
            subject=each.what,
            message=f"{each.what} could not be listed: {each.reason}",
            remedy="let the kubeconfig's user get and list them, or mend the API behind them",
        )


def doubted(proof: str, found: Result, unread: Sequence[Unread]) -> Result:
    """A proof that counts what there is decides nothing while something is missing from it."""
    if proof not in _INDIFFERENT:
        return found
    missing = [each.what for each in unread if each.what not in _INDIFFERENT[proof]]
    if not missing:
        return found
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    why = f"not decided, as {', '.join(missing[:_SHOWN])}{more} could not be listed; else: "
    return replace(found, findings=tuple(_doubtful(f, why) for f in found.findings))


def _doubtful(found: Finding, why: str) -> Finding:
    if found.status is Status.UNKNOWN:
        return found
    return replace(found, status=Status.UNKNOWN, message=f"{why}{found.message}")
