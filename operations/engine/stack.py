"""A stack of the Automation API that asks nothing when an operation has ended, and hears in short.

The SDK asks for outputs and history after each, and starts the engine three times for that; what is
to be told of an operation is in its events.
"""

from datetime import UTC, datetime
from typing import Any

from pulumi.automation import OutputMap, Stack, UpdateSummary, Workspace
from pulumi.automation._stack import StackInitMode

from operations.engine.listening import EventPipe, OnEvent


class EngineStack(Stack):
    """A stack: created, unless it exists; each command names it, so none has to be selected."""

    def __init__(self, name: str, workspace: Workspace, *, exists: bool) -> None:
        if exists:
            self.name, self.workspace, self._mode = name, workspace, StackInitMode.SELECT
        else:
            super().__init__(name, workspace, StackInitMode.CREATE_OR_SELECT)

    def outputs(self) -> OutputMap:
        """None: nobody looks at them here."""
        return {}

    def info(self, show_secrets: bool = False) -> UpdateSummary:  # noqa: ARG002, FBT001, FBT002
        """What the SDK insists on; not read."""
        return UpdateSummary("", datetime.now(UTC), "", {}, {}, "")

    def _setup_event_log(
        self, _command: str, on_event: OnEvent, _version: str
    ) -> tuple[str, Any, None, None, None]:
        """Where the engine is to write its events, and what is to be joined after it."""
        pipe = EventPipe(on_event)
        return str(pipe.path), pipe, None, None, None
