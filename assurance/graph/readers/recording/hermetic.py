"""While a program is rehearsed: no network, no other programs, no credentials."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from assurance.graph.readers.environment import kept

REHEARSAL = "ML_PLATFORM_REHEARSAL"
"""Set for the program: what it would have to fetch, it has to do without."""
_FORBIDDEN = {
    "socket.connect": "opens a connection",
    "socket.getaddrinfo": "looks up a host",
    "socket.gethostbyaddr": "looks up a host",
    "socket.gethostbyname": "looks up a host",
    "socket.sendto": "sends packets",
    "subprocess.Popen": "starts another program",
    "os.exec": "starts another program",
    "os.posix_spawn": "starts another program",
    "os.system": "starts another program",
}


class HermeticError(RuntimeError):
    """A program reached for something that a rehearsal does not have."""


class _Watch:
    """The interpreter's audit hook; it cannot be removed, so it is installed once and switched."""

    def __init__(self) -> None:
        self.installed = False
        self.seen: list[str] | None = None

    def on(self) -> list[str]:
        if not self.installed:
            sys.addaudithook(_hook)
            self.installed = True
        self.seen = []
        return self.seen

    def off(self) -> None:
        self.seen = None


_WATCH = _Watch()


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    """Every `id()` comes by here, so what is asked first costs the least."""
    if _WATCH.seen is None or event not in _FORBIDDEN:
        return
    about = ", ".join(str(a) for a in arguments if isinstance(a, str | tuple | list))
    message = f"the program {_FORBIDDEN[event]} in a rehearsal ({event}: {about})"
    _WATCH.seen.append(message)
    raise HermeticError(message)


@contextmanager
def sealed(*, fetching: bool = False) -> Iterator[list[str]]:
    """Keep the program to its inputs; yields what it tried nevertheless, caught by it or not.

    `fetching` lets it have what a deployment would fetch first: then nothing is kept from it.
    """
    if fetching:
        yield []
        return
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update({**kept(before), REHEARSAL: "1"})
    try:
        yield _WATCH.on()
    finally:
        _WATCH.off()
        os.environ.clear()
        os.environ.update(before)
