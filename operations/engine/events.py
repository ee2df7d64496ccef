"""Engine events, folded into what a person wants to know of a run; pure but for the given clock."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pulumi.automation import EngineEvent
from pulumi.automation.events import DiagnosticEvent, PolicyEvent, StepEventMetadata

Change = Literal["create", "update", "replace", "delete", "import"]
_CHANGES: Mapping[str, Change] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "import": "import",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "discard-replaced": "replace",
}
_COLOUR = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m")
_DEFAULT_PROVIDER = re.compile(r"pulumi:providers:[^:$]+::default[^:]*$")
"""The engine's own, which nobody has asked for and which it does not count either."""
_SHOWN = ("warning", "error")
_RAISED = "Exception calling application: "
"""What gRPC puts before the words of an error that a provider written in Python raises."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that the engine does, or has done, to one resource."""

    urn: str
    op: str
    began: float
    seconds: float | None = None
    """How long it took; None while it runs."""
    failed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """What the policy pack objects to."""

    policy: str
    level: str
    message: str
    urn: str | None

    @property
    def mandatory(self) -> bool:
        """Forbids the deployment."""
        return self.level == "mandatory"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A warning or an error of the engine, a provider or the program."""

    severity: str
    text: str
    urn: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a preview would create."""

    type: str
    inputs: Mapping[str, Any]
    """Without secrets."""


@dataclass(kw_only=True, slots=True)
class Run:
    """A run so far."""

    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    """What a provider last said of a resource that it works on."""
    wanted: list[Wanted] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def apply(self, event: EngineEvent, now: float) -> Step | None:
        """Take one event in; return the step that it began or ended."""
        if event.resource_pre_event:
            self._want(event.resource_pre_event.metadata)
            return self._begin(event.resource_pre_event.metadata, now)
        if event.res_outputs_event:
            return self._end(event.res_outputs_event.metadata, now, failed=False)
        if event.res_op_failed_event:
            return self._end(event.res_op_failed_event.metadata, now, failed=True)
        if event.diagnostic_event:
            self._hear(event.diagnostic_event)
        if event.policy_event:
            self.violations.append(_violation(event.policy_event))
        return None

    def running(self) -> Iterator[Step]:
        """What is under way, the longest first."""
        return (step for step in self._seen() if step.seconds is None)

    def done(self) -> int:
        """How many steps are over."""
        return sum(step.seconds is not None for step in self._seen())

    def _seen(self) -> tuple[Step, ...]:
        """The steps so far: whoever shows them is not the one to whom events come."""
        return tuple(self.steps.values())

    def changes(self) -> dict[Change, tuple[str, ...]]:
        """The URNs that the run changes, or would change, by kind of change."""
        found: dict[Change, dict[str, None]] = {}
        for step in self.steps.values():
            if (change := _CHANGES.get(step.op)) and not _DEFAULT_PROVIDER.search(step.urn):
                found.setdefault(change, {})[step.urn] = None
        replaced = found.get("replace", {})
        return {
            change: tuple(sorted(urn for urn in urns if change == "replace" or urn not in replaced))
            for change, urns in sorted(found.items())
        }

    def unchanged(self) -> int:
        """How many resources stay as they are."""
        return sum(step.op == "same" for step in self.steps.values())

    def _begin(self, metadata: StepEventMetadata, now: float) -> Step:
        state = metadata.new or metadata.old
        if state and state.parent:
            self.parents[metadata.urn] = state.parent
        step = Step(urn=metadata.urn, op=metadata.op.value, began=now)
        return self.steps.setdefault((step.urn, step.op), step)

    def _want(self, metadata: StepEventMetadata) -> None:
        if metadata.op.value == "create" and metadata.new and metadata.new.custom:
            inputs = metadata.new.inputs or {}
            self.wanted.append(Wanted(type=metadata.type, inputs=inputs))

    def _end(self, metadata: StepEventMetadata, now: float, *, failed: bool) -> Step:
        begun = self._begin(metadata, now)
        if begun.seconds is not None:
            return begun
        step = Step(
            urn=begun.urn, op=begun.op, began=begun.began, seconds=now - begun.began, failed=failed
        )
        self.steps[step.urn, step.op] = step
        self.status.pop(step.urn, None)
        return step

    def _hear(self, event: DiagnosticEvent) -> None:
        text = plain(event.message)
        if event.ephemeral:
            if event.urn and text:
                self.status[event.urn] = text.splitlines()[0]
        elif text and event.severity in _SHOWN:
            message = Message(severity=event.severity, text=text, urn=event.urn or None)
            if message not in self.messages:
                self.messages.append(message)


def plain(text: str) -> str:
    """A message without the engine's colour marks, and in nobody's words but its author's."""
    return _COLOUR.sub("", text).replace(_RAISED, "").strip()


def title(urn: str) -> str:
    """A resource, as a person calls it: `Deployment team-fraud-deployment-api`."""
    kind, name = urn.split("::")[-2:]
    return f"{kind.split('$')[-1].rpartition(':')[2]} {name}"


def _violation(event: PolicyEvent) -> Violation:
    return Violation(
        policy=event.policy_name,
        level=event.enforcement_level,
        message=plain(event.message),
        urn=event.resource_urn or None,
    )
