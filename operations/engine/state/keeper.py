"""Who keeps a stack's state while the engine works on it, and mends it when that was cut short."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from operations.engine.state import checkpoint, history, journal, lock
from operations.engine.state.login import logged_in
from operations.engine.state.place import Place, backend_directory, understood
from operations.engine.state.replay import State, replayed
from operations.engine.state.service import Service, Stack, Told, served
from operations.errors import UserError

KINDS: Mapping[str, str] = {"up": "update", "refresh": "refresh", "destroy": "destroy"}
"""The operations that change a state, as the engine calls them."""
_OTHERWISE = (
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_DISABLE_JOURNALING",
    *(
        f"PULUMI_{prefix}_{what}"
        for prefix in ("DIY_BACKEND", "SELF_MANAGED_STATE")
        for what in ("GZIP", "ZSTD", "LEGACY_LAYOUT", "RETAIN_CHECKPOINTS")
    ),
    "PULUMI_RETAIN_CHECKPOINTS",
)
"""Whoever sets one of these wants files that only the engine writes, or another login."""
_NO_BACKUPS = ("PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS", "PULUMI_DISABLE_CHECKPOINT_BACKUPS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeper:
    """Keeps the state of one stack of a file backend."""

    place: Place
    settings: Path
    """The stack's file, as the engine reads it."""
    engine: str
    """The version that writes the state."""
    backups: bool
    note: Callable[[str], None]

    def settle(self) -> None:
        """Play back what a process that was killed has left; one that may live is left alone."""
        if not self.place.journal.exists():
            return
        held = lock.holders(self.place)
        if any(holder.may_live() for holder in held.values()):
            return
        for path in held:
            path.unlink(missing_ok=True)
        with lock.held(self.place):
            self._settle(Told())

    def export(self) -> dict[str, Any]:
        """The state as `pulumi stack export` prints it, secrets encrypted; empty at first."""
        state = _state(self.place)
        return {**_export(state), "deployment": state.deployment}

    def remember(self, said: str) -> None:
        """What a program has said for the state to become what it is now."""
        checkpoint.put(self.place.said, self._about(said))

    def knows(self, said: str) -> bool:
        """Whether the state is what it was when a program last said this, and the engine too."""
        there = self.place.said.is_file()
        return there and self.place.said.read_bytes() == self._about(said)

    def _about(self, said: str) -> bytes:
        """The words, and everything that gives them their meaning, secrets among it."""
        state, settings = self.place.checkpoint.read_bytes(), self.settings.read_bytes()
        found = {"said": said, "engine": self.engine}
        found |= {"state": checkpoint.digest(state), "settings": checkpoint.digest(settings)}
        return checkpoint.encoded(found)

    @contextlib.contextmanager
    def operation(self, name: str) -> Iterator[Mapping[str, str]]:
        """Hold the stack and serve its state; the environment that leads the engine here."""
        with lock.held(self.place):
            if self.place.journal.exists():
                self._settle(Told())
            base = checkpoint.digest(self.place.checkpoint.read_bytes())
            head = journal.Head(
                operation=name, base=base, began=int(time.time()), engine=self.engine
            )
            told = Told()
            try:
                with journal.Journal(self.place.journal, head) as written:
                    service = Service(find=self._find, journal=written.add, told=told)
                    with served(service) as address, logged_in(address, service.token) as leading:
                        yield leading
            finally:
                self._settle(told)

    def _settle(self, told: Told) -> None:
        """Put what the journal comes to in the state's place, and the journal away."""
        path, place = self.place.journal, self.place
        written = journal.read(path)
        before = place.checkpoint.read_bytes()
        if written is None or written.result == checkpoint.digest(before):
            path.unlink()
            return
        if written.head.base != checkpoint.digest(before):
            aside = self._set_aside()
            self.note(f"somebody changed the state since: an earlier operation is in {aside}")
            return
        after = self._played(before, written)
        if after != before:
            journal.conclude(path, checkpoint.digest(after))
            checkpoint.replace(place, after)
        path.unlink()
        history.add(place, KINDS[written.head.operation], written.head.began, told, after)
        if self.backups:
            history.back_up(place, after)

    def _played(self, before: bytes, written: journal.Written) -> bytes:
        if not written.entries:
            return before
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        try:
            state = replayed(
                checkpoint.read(before), written.entries, engine=written.head.engine, now=now
            )
        except (ValueError, KeyError, TypeError) as error:
            message = (
                f"the journal of stack {self.place.stack} does not fit its state: {error!r}; it "
                f"is in {self._set_aside()}, and the state is as it was before that operation"
            )
            raise UserError(message) from None
        return checkpoint.written(state, self.place.name)

    def _set_aside(self) -> Path:
        path = self.place.journal
        return path.rename(path.with_name(f"{path.name}.{time.time_ns()}"))

    def _find(self, project: str, stack: str) -> Stack | None:
        place = self.place.beside(project, stack)
        if not place.checkpoint.is_file():
            return None
        tags = json.loads(place.tags.read_bytes())["tags"] if place.tags.is_file() else {}
        return Stack(export=lambda: _export(_state(place)), tags=tags)


def keeper_of(
    stack: str,
    work: Path,
    environment: Mapping[str, str],
    engine: str,
    note: Callable[[str], None],
) -> Keeper | None:
    """The keeper of a stack whose state lies in a local directory; None for every other."""
    root = backend_directory(environment, work)
    if root is None or any(environment.get(variable) for variable in _OTHERWISE):
        return None
    name = yaml.safe_load((work / "Pulumi.yaml").read_text("utf-8"))["name"]
    place = Place(root=root, project=name, stack=stack)
    settings = work / f"Pulumi.{stack}.yaml"
    if not understood(place) or not _own_secrets(settings):
        return None
    backups = not any(environment.get(variable) for variable in _NO_BACKUPS)
    return Keeper(place=place, settings=settings, engine=engine, backups=backups, note=note)


def _own_secrets(settings: Path) -> bool:
    """Whether the stack says how its secrets are encrypted; else a service would have to do it."""
    text = settings.read_text("utf-8") if settings.is_file() else ""
    said = yaml.load(text, yaml.CSafeLoader) or {}
    return any(said.get(key) for key in ("encryptionsalt", "secretsprovider"))


def _state(place: Place) -> State:
    return checkpoint.read(place.checkpoint.read_bytes())


def _export(state: State) -> dict[str, Any]:
    features = {"features": sorted(state.features)} if state.features else {}
    return {"version": state.version, **features, "deployment": state.deployment or None}
