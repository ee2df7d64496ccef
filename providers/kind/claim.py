"""A name on this machine, taken while a cluster is made or removed, and what was cut short."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_UNDER_WAY = "being made"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One cluster's own folder; held by one process at a time."""

    folder: Path

    @property
    def _mark(self) -> Path:
        return self.folder / "mark"

    @property
    def cut_short(self) -> bool:
        """Whether who last made a cluster of this name never came to an end."""
        return self._mark.exists()

    def begin(self) -> None:
        """From before the cluster's first container on, a mark stands."""
        self._mark.write_text(_UNDER_WAY, encoding="utf-8")

    def end(self) -> None:
        """The cluster is whole, or gone."""
        self._mark.unlink(missing_ok=True)


@contextlib.contextmanager
def claimed(name: str) -> Iterator[Claim]:
    """Wait until nobody else makes or removes a cluster of this name."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    folder = Path(state) / "ml-platform" / "kind" / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Claim(folder=folder)
