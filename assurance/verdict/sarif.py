"""A verdict as SARIF 2.1.0: what a code host shows beside the lines of a stack file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from assurance.graph.resource import Origin
from assurance.graph.values import Level
from assurance.proofs.findings import Finding, Status
from assurance.proofs.waivers import is_waived
from assurance.verdict.verdict import StackVerdict, Verdict, located

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LOAD = "stack/does-not-load"


def sarif(told: Verdict) -> dict[str, Any]:
    """Refuted, undecided, and faults; what is waived is suppressed."""
    results = [each for stack in told.stacks for each in _results(stack, told)]
    rules = sorted({each["ruleId"] for each in results})
    for each in results:
        each["ruleIndex"] = rules.index(each["ruleId"])
    driver = {"name": "ml-platform", "rules": [{"id": rule} for rule in rules]}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }


def _results(stack: StackVerdict, told: Verdict) -> Iterator[dict[str, Any]]:
    for fault in stack.compared.faults:
        where = (fault.file or _file(stack), fault.line or 1)
        yield _result(LOAD, "error", f"{stack.name} does not load: {fault.message}", where)
    for status in (Status.REFUTED, Status.UNKNOWN):
        for finding in stack.findings(status):
            text = f"{finding.subject}: {finding.message}"
            remedy = f". Remedy: {finding.remedy}." if finding.remedy else ""
            made = _result(
                finding.rule, _level(stack, finding), text + remedy, _where(stack, finding.origin)
            )
            if is_waived(finding, told.today) and finding.waiver is not None:
                reason = f"{finding.waiver.owner}: {finding.waiver.reason}"
                made["suppressions"] = [{"kind": "external", "justification": reason}]
            yield made


def _level(stack: StackVerdict, finding: Finding) -> str:
    if stack.level(finding) is not Level.MANDATORY:
        return "note"
    return "error" if finding.status is Status.REFUTED else "warning"


def _where(stack: StackVerdict, origin: Origin) -> tuple[str, int]:
    """GitHub refuses the whole file if one result has no place: what has none is the stack's."""
    found = located(stack.compared.lines, origin.config) if origin.config else None
    if found is None and origin.source:
        file, _, line = origin.source.rpartition(":")
        return (file, int(line)) if line.isdigit() else (origin.source, 1)
    return found or (_file(stack), 1)


def _file(stack: StackVerdict) -> str:
    return f"Pulumi.{stack.name}.yaml"


def _result(rule: str, level: str, text: str, where: tuple[str, int]) -> dict[str, Any]:
    file, line = where
    place = {"artifactLocation": {"uri": quote(file)}, "region": {"startLine": line}}
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
