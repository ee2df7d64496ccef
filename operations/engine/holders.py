"""Who holds a stack's lock, from what the engine says about it."""

import os
import re
import socket
from dataclasses import dataclass

_CREATED = re.compile(r"created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """The process that made a lock."""

    user: str
    host: str
    pid: int
    since: str

    def may_live(self) -> bool:
        """Whether the process may be alive; one on another host always may."""
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def __str__(self) -> str:
        return f"process {self.pid} of {self.user} on {self.host} since {self.since}"


def of(message: str) -> tuple[Holder, ...]:
    """Every holder that the engine's message names."""
    return tuple(
        Holder(user=user, host=host, pid=int(pid), since=since)
        for user, host, pid, since in _CREATED.findall(message)
    )
