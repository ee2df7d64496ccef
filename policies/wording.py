"""Findings as the engine prints them: one line each, and what is not known counted in one."""

from collections.abc import Iterable

from assurance.proofs.findings import Finding
from assurance.proofs.guardrails import NAMED
from assurance.proofs.guardrails import PROOF as GUARDRAILS


def violation(found: Finding) -> str:
    """Subject, fault, remedy, the stack file's key, and who answers for it meanwhile."""
    rule = "" if found.proof in (GUARDRAILS, found.rule) else f"{found.rule}: "
    origin = f" From: {found.origin.config}." if found.origin.config else ""
    remedy = f" {_sentence(found.remedy)}" if found.remedy else ""
    return f"{rule}{found.subject}: {_sentence(found.message)}{remedy}{origin}{_waiver(found)}"


def _waiver(found: Finding) -> str:
    if found.waiver is None:
        return ""
    return f" Waived until {found.waiver.expires} by {found.waiver.owner}: {found.waiver.reason}"


def not_evaluated(found: Iterable[Finding]) -> str:
    """How many judgements nobody could make, and because of what; the first few by name."""
    reasons: dict[str, list[str]] = {}
    for each in found:
        name = each.rule.removeprefix(f"{GUARDRAILS}/")
        reasons.setdefault(f"{each.subject}: {each.message}", []).append(name)
    named = [f"{reason} ({_some(rules)})" for reason, rules in sorted(reasons.items())]
    more = [f"and {len(named) - NAMED} more; mlp prove lists them"] if len(named) > NAMED else []
    count = sum(len(rules) for rules in reasons.values())
    return f"{count} not evaluated. {'; '.join([*named[:NAMED], *more])}"


def _some(rules: list[str]) -> str:
    first, *others = sorted(rules)
    return f"{first} and {len(others)} more rules" if others else first


def _sentence(text: str) -> str:
    ended = text if text.endswith((".", "!", "?", "….")) else f"{text}."
    return ended[:1].upper() + ended[1:]
