"""Waivers meet findings: each names the finding that somebody answers for until a day."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assurance.graph.resource import Origin
from assurance.graph.values import Waiver
from assurance.proofs.findings import Finding, Result, Status, tells

WAIVERS = "waivers"
"""Stands among the proofs: whether every waiver is needed, and still holds."""


def covers(waiver: Waiver, finding: Finding) -> bool:
    """Whether `<rule>: <subject>` is what the waiver names; `*` stands for any part of it."""
    if finding.status is Status.PROVED:
        return False
    parts = map(re.escape, waiver.finding.split("*"))
    return re.fullmatch(".*".join(parts), f"{finding.rule}: {finding.subject}") is not None


def with_waivers(found: Result, waivers: Iterable[Waiver]) -> Result:
    """The same findings, each with the waiver that covers it the longest."""
    longest = sorted(waivers, key=lambda waiver: waiver.expires, reverse=True)
    findings = tuple(
        replace(finding, waiver=next((w for w in longest if covers(w, finding)), None))
        for finding in found.findings
    )
    return replace(found, findings=findings)


def is_waived(finding: Finding, today: date) -> bool:
    """Whether somebody still answers for it; the day of expiry is the last."""
    return finding.waiver is not None and today <= finding.waiver.expires


def unused(waivers: Iterable[Waiver], results: Sequence[Result]) -> list[Waiver]:
    """Waivers of what is no longer found, or never was."""
    findings = [finding for found in results for finding in found.findings]
    return [w for w in waivers if not any(covers(w, finding) for finding in findings)]


def lapsed(
    waivers: Sequence[Waiver],
    results: Sequence[Result],
    today: date,
    places: Mapping[Waiver, Origin],
) -> Result:
    """Waivers that nobody needs any more, or that have ended: none may stay."""
    superfluous = unused(waivers, results)
    found = [
        *(_ended(waiver) for waiver in waivers if today > waiver.expires),
        *(_superfluous(waiver) for waiver in superfluous if today <= waiver.expires),
    ]
    placed = (replace(f, origin=places.get(waiver, f.origin)) for waiver, f in found)
    return Result(findings=tuple(placed), population={"waivers": len(waivers)})


def _ended(waiver: Waiver) -> tuple[Waiver, Finding]:
    message = f"ended on {waiver.expires}; {waiver.owner} answered for it: {waiver.reason}"
    remedy = "mend what it waives, or have somebody sign it anew with a later day"
    return waiver, _about(waiver, "expired", message, remedy)


def _superfluous(waiver: Waiver) -> tuple[Waiver, Finding]:
    message = f"nothing of it is found (signed by {waiver.owner})"
    return waiver, _about(waiver, "unused", message, "remove it")


def _about(waiver: Waiver, rule: str, message: str, remedy: str) -> Finding:
    return tells(WAIVERS)(
        rule,
        Status.REFUTED,
        waiver.finding,
        message,
        witness={"expires": waiver.expires.isoformat(), "owner": waiver.owner},
        remedy=remedy,
    )
