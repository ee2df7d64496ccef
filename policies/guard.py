"""Between rules and the engine: plain values in, violations out, and nothing aborts the run."""

import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pulumi_policy import (
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_OBJECT_VALUE, UnknownValueError
from rule import Judgement, Rule, Unknown

from assurance.graph.readers.policy import PolicyResource, graph_of_policy_resources

NAMED = 3
"""So many things that could not be judged are named; the rest are counted."""

_SCHEMA = PolicyConfigSchema(
    properties={"unknown": {"type": "string", "enum": ["advisory", "violation"]}}
)
"""`unknown`: whether what cannot be judged yet is a note (the default) or a violation."""


class NotEvaluated(UnknownValueError):  # noqa: N818 - a note rather than an error
    """Makes the SDK say, as advice whatever the policy's level, what was not judged and why."""

    def __init__(self, note: str) -> None:
        super().__init__(UNKNOWN_OBJECT_VALUE, [])
        self.message = note


def policy(rule: Rule) -> Policy:
    """A rule as the engine calls it."""
    common: dict[str, Any] = {
        "name": rule.name,
        "description": rule.description,
        "severity": Severity(rule.severity),
        "config_schema": _SCHEMA,
    }
    if rule.scope == "resource":
        return ResourceValidationPolicy(validate=_of_resource(rule), **common)
    return StackValidationPolicy(validate=_of_stack(rule), **common)


def _of_resource(rule: Rule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        _judge(rule, [args], args.get_config(), report)

    return validate


def _of_stack(rule: Rule) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        _judge(rule, args.resources, args.get_config(), report)

    return validate


def _judge(
    rule: Rule, resources: Iterable[PolicyResource], config: Any, report: ReportViolation
) -> None:
    """Report every fault; then say, once, what was not evaluated."""
    seen = list(resources)
    try:
        judgement = rule.judge(graph_of_policy_resources(seen))
    except Exception as error:  # noqa: BLE001 - an exception would abort the engine's whole run
        report(_crash(rule, error), seen[0].urn if len(seen) == 1 else None)
        return
    for fault in judgement.faults:
        report(fault.message, fault.urn)
    if judgement.unknown:
        note = not_evaluated(judgement)
        if (config or {}).get("unknown") != "violation":
            raise NotEvaluated(note)
        report(note, None)


def not_evaluated(judgement: Judgement) -> str:
    """The note about everything that a rule could not judge, with its number."""
    unknown = sorted(judgement.unknown)
    named = "; ".join(_named(one) for one in unknown[:NAMED])
    more = f"; and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    return f"{len(unknown)} not evaluated: {named}{more}"


def _named(one: Unknown) -> str:
    return f"{one.urn.rpartition('::')[2]} because {one.because}"


def _crash(rule: Rule, error: Exception) -> str:
    """Where a rule broke; never the error's own text, which may quote what it was given."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"The rule {rule.name} itself is broken ({type(error).__name__} at {place}), so nothing "
        f"was judged. This is a fault in the policy pack, not in the stack."
    )
