"""The lines of a verdict: what is said of a finding, and below it."""

from dataclasses import dataclass

from assurance.graph.values import Level
from assurance.proofs.findings import Finding
from assurance.proofs.waivers import is_waived
from assurance.verdict.shown import witnessed
from assurance.verdict.verdict import StackVerdict, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line, and what is said below it."""

    text: str
    strong: bool = False
    details: tuple[str, ...] = ()


def of_finding(stack: StackVerdict, finding: Finding, told: Verdict) -> Item:
    """What was found, and below it why, where, what shows it, what to do."""
    waived = is_waived(finding, told.today)
    details = [finding.message]
    origin = stack.place(finding.origin)
    details += [f"from {origin}"] if origin else []
    if finding.witness and "urn" not in finding.witness:
        details.append(f"witness: {witnessed(finding.witness)}")
    if finding.waiver is not None:
        signed = f"{finding.waiver.owner} until {finding.waiver.expires}: {finding.waiver.reason}"
        details.append(f"{'waived by' if waived else 'the waiver has ended:'} {signed}")
    if finding.remedy and not waived:
        details.append(f"remedy: {finding.remedy}")
    text = f"{status(stack, finding, told)} {named(finding)}"
    return Item(text=text, strong=not waived, details=tuple(details))


def status(stack: StackVerdict, finding: Finding, told: Verdict) -> str:
    """How it came out, as far as that counts here."""
    level = "" if stack.level(finding) is Level.MANDATORY else f" ({stack.level(finding)})"
    waived = "waived, " if is_waived(finding, told.today) else ""
    return f"{waived}{finding.status}{level}"


def named(finding: Finding) -> str:
    """As a waiver names it."""
    return f"{finding.rule}: {finding.subject}"
