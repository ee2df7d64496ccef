"""The engine's events, read from a named pipe as the engine writes them.

The SDK has each of them sent in a message of its own, to a server in our process, and makes objects
of all: of a preview's events half say no more than that the policy pack was asked.
"""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi.automation import EngineEvent

OnEvent = Callable[[EngineEvent], object]

_UNREAD = (b'"policyAnalyzeSummaryEvent":', b'"policyRemediateSummaryEvent":')
_HEAD = 100
"""An event's kind is among so many first characters; what follows may be anybody's words."""


class EventPipe:
    """Everything that the engine writes there reaches `on_event`, in a thread of its own."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._failure: Exception | None = None
        self._place = TemporaryDirectory(prefix="mlp-events-")
        self.path = Path(self._place.name) / "events"
        os.mkfifo(self.path, 0o600)
        reading = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self._open = os.open(self.path, os.O_WRONLY)
        """Ours, so that the pipe does not end before the engine has begun."""
        os.set_blocking(reading, True)
        self._thread = threading.Thread(target=self._listen, args=(reading,), daemon=True)
        self._thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Hear the rest, once the engine has ended; whatever went wrong meanwhile is raised."""
        os.close(self._open)
        self._thread.join(timeout)
        self._place.cleanup()
        if self._failure:
            raise self._failure

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        """Go on after a failure: an engine that nobody reads would wait for ever."""
        head = line[:_HEAD]
        if self._failure or any(kind in head for kind in _UNREAD):
            return
        try:
            self._on_event(EngineEvent.from_json(json.loads(line)))
        except Exception as failure:  # noqa: BLE001 - raised by `join`
            self._failure = failure
