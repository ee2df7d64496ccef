"""A verdict as JSON: everything that the other forms say, for machines."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.codec import encode
from assurance.proofs.findings import Status
from assurance.proofs.replacement import subject
from assurance.proofs.replacement.differences import ABSENT, Difference
from assurance.proofs.replacement.steps import Step
from assurance.verdict.headline import headline
from assurance.verdict.verdict import StackVerdict, Verdict


def to_json(told: Verdict) -> dict[str, Any]:
    """Sorted, without the value of any secret."""
    return {
        "base": told.base,
        "head": told.head,
        "headline": headline(told),
        "stacks": [_stack(stack) for stack in told.stacks],
        "summary": {
            "forbidden": len(told.forbidden(Status.REFUTED)),
            "undecided": len(told.forbidden(Status.UNKNOWN)),
            "faults": sum(len(stack.compared.faults) for stack in told.stacks),
        },
        "today": told.today.isoformat(),
    }


def _stack(stack: StackVerdict) -> dict[str, Any]:
    given = stack.compared
    return {
        "name": stack.name,
        "faults": [encode(fault) for fault in given.faults],
        "faults_before": [encode(fault) for fault in given.faults_before],
        "steps": [step_to_json(step) for step in stack.steps],
        "results": {name: found.to_json() for name, found in stack.results().items()},
        "findings": {
            name: [encode(finding) for finding in getattr(stack, name)]
            for name in ("refuted", "mended", "doubted", "still")
        },
        "reach": {
            name: [encode(each) for each in getattr(stack, name)]
            for name in ("entered", "opened", "closed")
        },
        "access": {"granted": list(stack.granted), "revoked": list(stack.revoked)},
        "head_room": [encode(row) for row in stack.head_room],
        "quotas": [encode(each) for each in stack.quotas],
        "differing": list(stack.differing),
        "levels": [encode(each) for each in stack.levels],
        "images": [encode(each) for each in stack.images],
        "versions": [encode(each) for each in stack.versions],
        "notices": [encode(each) for each in stack.notices],
        "waivers": {
            "added": [encode(each) for each in stack.added_waivers],
            "dropped": [encode(each) for each in stack.dropped_waivers],
        },
    }


def step_to_json(step: Step) -> dict[str, Any]:
    """One step; parts that were not there, or are not any more, are left out."""
    return {
        "urn": step.resource.urn,
        "change": step.change.value,
        "subject": subject(step),
        "because": list(step.because),
        "refused": list(step.refused),
        "doubt": step.doubt,
        "kept": step.kept,
        "origin": encode(step.resource.origin),
        "differences": [_difference(each) for each in step.differences],
    }


def _difference(each: Difference) -> Mapping[str, Any]:
    ends = {"before": each.before, "after": each.after}
    known = {name: encode(value) for name, value in ends.items() if value is not ABSENT}
    return {"path": str(each), **known}
