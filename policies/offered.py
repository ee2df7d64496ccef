"""What the pack offers: every guardrail, every proof, and a name for what nobody can judge."""

from collections.abc import Iterator
from dataclasses import dataclass

from pulumi.runtime.proto import analyzer_pb2

from assurance.graph.values import Level
from assurance.guardrails import Control, Severity
from assurance.guardrails.rules import EVERY
from assurance.levels import UNKNOWN, Levels, level_of
from assurance.proofs.guardrails import PROOF as GUARDRAILS
from assurance.proofs.guardrails import rule_of
from assurance.proofs.registry import available

PAGE = "docs/guardrails.md"
LEVELS = {
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.MANDATORY: analyzer_pb2.MANDATORY,
    Level.DISABLED: analyzer_pb2.DISABLED,
}
_SEVERITIES = {
    Severity.LOW: analyzer_pb2.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: analyzer_pb2.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One policy, as the engine knows it."""

    name: str
    rule: str
    """What its findings are called, and its level is stated for."""
    title: str
    severity: Severity
    of_stack: bool
    frameworks: tuple[Control, ...] = ()
    remedy: str = ""


def policies() -> Iterator[Policy]:
    """All of them; those of single resources first."""
    for each in EVERY:
        yield Policy(
            name=each.name,
            rule=rule_of(each),
            title=each.title,
            severity=each.severity,
            of_stack=False,
            frameworks=each.frameworks,
            remedy=each.remedy,
        )
    for proof in available():
        if proof.name != GUARDRAILS:
            yield Policy(
                name=proof.name,
                rule=proof.name,
                title=proof.title,
                severity=proof.severity,
                of_stack=True,
                frameworks=proof.frameworks,
            )
    yield Policy(
        name=UNKNOWN,
        rule=UNKNOWN,
        title="Whatever a rule is about is known, so that it can be judged.",
        severity=Severity.HIGH,
        of_stack=True,
        remedy="Say it as a plain value in the program or the stack file.",
    )


def info(policy: Policy, levels: Levels) -> analyzer_pb2.PolicyInfo:
    """What the engine, and whoever reads its reports, is told of a policy."""
    made = analyzer_pb2.PolicyInfo(
        name=policy.name,
        description=policy.title,
        enforcementLevel=LEVELS[level_of(levels, policy.rule)],
        policy_type=analyzer_pb2.POLICY_TYPE_STACK
        if policy.of_stack
        else analyzer_pb2.POLICY_TYPE_RESOURCE,
        severity=_SEVERITIES[policy.severity],
        tags=[f"{control.framework}: {control.id}" for control in policy.frameworks],
        remediation_steps=policy.remedy,
        url=f"{PAGE}#{policy.name}",
    )
    if policy.frameworks:
        first = policy.frameworks[0]
        name, _, version = first.framework.rpartition(" ")
        made.framework.name = name
        made.framework.version = version.removeprefix("v")
        made.framework.reference = first.id
    return made
