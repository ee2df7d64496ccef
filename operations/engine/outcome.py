"""How a run of the engine ended; plain values, for people and for machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from operations.engine.events import Change, Message, Run, Violation
from operations.errors import EXIT_ERROR, EXIT_PROVED, EXIT_REFUTED

Result = Literal["succeeded", "refused", "changes", "failed"]
"""`refused`: by the policy pack. `changes`: there are some, and none were expected."""

_CODES: Mapping[Result, int] = {
    "succeeded": EXIT_PROVED,
    "refused": EXIT_REFUTED,
    "changes": EXIT_REFUTED,
    "failed": EXIT_ERROR,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One operation on one stack."""

    stack: str
    operation: str
    result: Result
    seconds: float
    changes: Mapping[Change, tuple[str, ...]]
    """URNs by kind of change; in a preview, what would change."""
    unchanged: int
    violations: tuple[Violation, ...] = ()
    messages: tuple[Message, ...] = ()

    @property
    def code(self) -> int:
        """The exit code."""
        return _CODES[self.result]

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints; sorted, no secrets."""
        return {
            "stack": self.stack,
            "operation": self.operation,
            "result": self.result,
            "seconds": round(self.seconds, 1),
            "changes": {change: list(urns) for change, urns in self.changes.items()},
            "unchanged": self.unchanged,
            "violations": [
                {"policy": v.policy, "level": v.level, "urn": v.urn, "message": v.message}
                for v in self.violations
            ],
            "messages": [
                {"severity": m.severity, "urn": m.urn, "text": m.text} for m in self.messages
            ],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How the engine's process ended."""

    operation: str
    seconds: float
    failure: str | None = None
    """What the engine said, where its process did not succeed."""


def unneeded(stack: str, operation: str) -> Outcome:
    """Of an operation for which nothing had to run."""
    return Outcome(
        stack=stack, operation=operation, result="succeeded", seconds=0, changes={}, unchanged=0
    )


def outcome(stack: str, run: Run, ended: Ended, *, expect_no_changes: bool) -> Outcome:
    """Judge a run: a failure of the engine weighs more than an objection of the pack."""
    changes = run.changes()
    errors = [message for message in run.messages if message.severity == "error"]
    messages = tuple(run.messages)
    result: Result = "succeeded"
    if ended.failure is not None:
        refused = any(v.mandatory for v in run.violations) and not errors
        result = "refused" if refused else "failed"
        if not refused and not errors:
            messages += (Message(severity="error", text=ended.failure, urn=None),)
    elif expect_no_changes and changes:
        result = "changes"
    return Outcome(
        stack=stack,
        operation=ended.operation,
        result=result,
        seconds=ended.seconds,
        changes=changes,
        unchanged=run.unchanged(),
        violations=tuple(run.violations),
        messages=messages,
    )
