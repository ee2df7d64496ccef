"""Names on this machine, each taken while its cluster is made or removed; what was cut short."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_UNDER_WAY = "being made or removed"
_WHOLE = "made"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One cluster's own folder; held by one process at a time."""

    folder: Path

    @property
    def cut_short(self) -> bool:
        """Whether who last made or removed a cluster of this name never came to an end."""
        return self._says(_UNDER_WAY)

    @property
    def whole(self) -> bool:
        """Whether a cluster of this name was made here, and was not removed here."""
        return self._says(_WHOLE)

    def begin(self) -> None:
        """From before the first container comes, or goes, a mark stands."""
        self._mark.write_text(_UNDER_WAY, encoding="utf-8")

    def made(self) -> None:
        """The cluster is whole."""
        self._mark.write_text(_WHOLE, encoding="utf-8")

    def gone(self) -> None:
        """Nothing of the cluster is left."""
        self._mark.unlink(missing_ok=True)

    def others_under_way(self) -> bool:
        """Whether another cluster is being made or removed, or was left half made."""
        others = (path for path in self.folder.parent.iterdir() if path.name != self.folder.name)
        return any(Claim(folder=each).cut_short for each in others if each.is_dir())

    @property
    def _mark(self) -> Path:
        return self.folder / "mark"

    def _says(self, words: str) -> bool:
        return self._mark.exists() and self._mark.read_text(encoding="utf-8") == words


@contextlib.contextmanager
def claimed(name: str) -> Iterator[Claim]:
    """Wait until nobody else makes or removes a cluster of this name."""
    folder = _home() / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder / "lock"):
        yield Claim(folder=folder)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until nobody else changes what all clusters of this machine share."""
    with _locked(_home() / "lock"):
        yield


def _home() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ml-platform" / "kind"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
