"""A stack's state is what was acknowledged, whoever is killed and whenever."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.engine.state import LockedError, checkpoint, journal, keeper_of, lock
from operations.engine.state.place import Place
from operations.errors import UserError
from tests.operations.engine.state.backend import (
    ENGINE,
    Client,
    backend,
    entry,
    keeper,
    made,
    names,
    resource,
    state,
    urn,
)

A, B = resource("a"), resource("b", dependencies=[urn("a")])


def acknowledged(place: Place, *entries: Mapping[str, Any], notes: list[str] | None = None) -> None:
    """One operation with these entries."""
    with keeper(place, notes).operation("up") as leading:
        client = Client(leading)
        path = client.begin()
        assert client.send(path, entries) == 200
        client.end(path)


def test_what_was_journalled_becomes_the_state(tmp_path: Path) -> None:
    place = backend(tmp_path, A)
    acknowledged(place, *made(1, 1, B))
    assert names(place) == ["b", "a"]
    assert state(place)["manifest"]["version"] == ENGINE
    assert not place.journal.exists()
    assert list(place.locks.iterdir()) == []


def test_an_entry_is_on_the_disk_when_it_is_answered(tmp_path: Path) -> None:
    place = backend(tmp_path)
    before = place.checkpoint.read_bytes()
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        path = client.begin()
        for number, name in enumerate("abc", start=1):
            assert client.send(path, made(2 * number, number, resource(name))) == 200
            read = journal.read(place.journal)
            assert read
            assert len(read.entries) == 2 * number
            assert place.checkpoint.read_bytes() == before


def test_an_entry_that_cannot_be_kept_is_not_acknowledged(tmp_path: Path) -> None:
    place = backend(tmp_path)
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        path = client.begin()
        with _closed(place):
            assert client.send(path, made(1, 1, A)) == 500
    assert names(place) == []


@contextlib.contextmanager
def _closed(place: Place) -> Iterator[None]:
    """The journal's file taken from under its writer."""
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if descriptor.readlink() == place.journal:
                number = int(descriptor.name)
                kept = os.dup(number)
                null = os.open("/dev/full", os.O_WRONLY)
                os.dup2(null, number)
                os.close(null)
                break
    else:
        pytest.fail("nobody writes the journal")
    try:
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)


def test_what_a_killed_process_was_told_is_played_back_by_the_next(tmp_path: Path) -> None:
    place = backend(tmp_path, A)
    creating = {"resource": B, "type": "creating"}
    told = [*made(1, 1, resource("c")), entry(3, 0, 2, operation=creating)]
    _killed(place, told)
    assert names(place) == ["a"]
    notes: list[str] = []
    keeper(place, notes).settle()
    assert names(place) == ["c", "a"]
    assert [each["resource"]["id"] for each in state(place)["pending_operations"]] == ["b"]
    assert notes == []
    assert list(place.locks.iterdir()) == []
    assert not place.journal.exists()


def _killed(place: Place, entries: list[dict[str, Any]]) -> None:
    """Another process that is killed in the middle of an operation."""
    program = """
import json, os, signal, sys
from pathlib import Path
from operations.engine.state.place import Place
from tests.operations.engine.state.backend import Client, keeper
root, entries = sys.argv[1:]
with keeper(Place(root=Path(root), project="p", stack="s")).operation("up") as leading:
    client = Client(leading)
    assert client.send(client.begin(), json.loads(entries)) == 200
    os.kill(os.getpid(), signal.SIGKILL)
"""
    words = [sys.executable, "-c", program, str(place.root), json.dumps(entries)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_process_that_may_live_is_left_alone(tmp_path: Path) -> None:
    place = backend(tmp_path)
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        client.send(client.begin(), made(1, 1, A))
        keeper(place).settle()
        assert names(place) == []
        assert len(list(place.locks.iterdir())) == 1
        with pytest.raises(LockedError) as caught, keeper(place).operation("up"):
            pass
    (holder,) = caught.value.holders
    assert (holder.pid, holder.host) == (os.getpid(), socket.gethostname())
    assert names(place) == ["a"]


def test_a_kill_between_the_new_state_and_the_end_changes_nothing_twice(tmp_path: Path) -> None:
    place = backend(tmp_path)
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        client.send(client.begin(), made(1, 1, A))
        written = place.journal.read_bytes()
    after = place.checkpoint.read_bytes()
    place.journal.write_bytes(written)
    journal.conclude(place.journal, checkpoint.digest(after))
    keeper(place).settle()
    assert place.checkpoint.read_bytes() == after
    assert not place.journal.exists()


def test_a_journal_of_another_state_is_set_aside(tmp_path: Path) -> None:
    """Somebody has broken the lock, and worked with the plain command line."""
    place = backend(tmp_path)
    _killed(place, made(1, 1, A))
    backend(tmp_path, B)
    notes: list[str] = []
    keeper(place, notes).settle()
    assert names(place) == ["b"]
    (aside,) = place.journal.parent.glob("s.journal.*")
    assert str(aside) in notes[0]
    read = journal.read(aside)
    assert read
    assert len(read.entries) == 2


def test_a_journal_that_does_not_fit_is_an_error_once(tmp_path: Path) -> None:
    place = backend(tmp_path, A)
    with pytest.raises(UserError, match=r"does not fit its state.*removeOld is 7"):
        acknowledged(place, entry(1, 1, 1, removeOld=7))
    assert names(place) == ["a"]
    acknowledged(place, *made(1, 1, B))
    assert names(place) == ["b", "a"]


def test_an_operation_that_did_nothing_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    place = backend(tmp_path, A)
    before = place.checkpoint.read_bytes()
    with keeper(place).operation("up") as leading:
        Client(leading).begin()
    assert place.checkpoint.read_bytes() == before


def test_only_the_owner_reads_what_is_written(tmp_path: Path) -> None:
    place = backend(tmp_path, A)
    with keeper(place, backups=True).operation("destroy") as leading:
        client = Client(leading)
        login = Path(leading["PULUMI_CREDENTIALS_PATH"])
        client.send(client.begin("destroy"), made(1, 1, B))
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in _files(tmp_path, login)}
    assert not login.exists()
    modes |= {path: stat.S_IMODE(path.stat().st_mode) for path in _files(tmp_path)}
    modes.pop(tmp_path / ".pulumi" / "meta.yaml")
    assert set(modes.values()) == {0o600}
    kinds = {path.suffix for path in modes}
    assert kinds == {".json", ".journal", ".bak"}


def _files(*directories: Path) -> Iterator[Path]:
    changed = (path for directory in directories for path in directory.rglob("*"))
    yield from (path for path in changed if path.is_file() and not path.name.endswith("s.json"))


def test_history_and_backups_are_those_of_the_engine(tmp_path: Path) -> None:
    place = backend(tmp_path)
    with keeper(place, backups=True).operation("destroy") as leading:
        client = Client(leading)
        path = client.begin("destroy")
        client.send(path, made(1, 1, A))
        client.end(path)
    (entry_,) = place.history.glob("*.history.json")
    said = json.loads(entry_.read_text("utf-8"))
    assert (said["kind"], said["result"], said["message"]) == ("destroy", "succeeded", "why")
    assert said["resourceChanges"] == {"create": 1}
    assert said["config"] == {"p:plain": "x", "p:hidden": {"secure": "v1:c"}, "p:more": {"a": 1}}
    for folder, pattern in ((place.history, "*.checkpoint.json"), (place.backups, "s.*.json")):
        (copy,) = folder.glob(pattern)
        assert copy.read_bytes() == place.checkpoint.read_bytes()


def test_what_was_said_is_known_as_long_as_all_is_as_it_was(tmp_path: Path) -> None:
    place = backend(tmp_path, A)
    mine = keeper(place)
    mine.settings.write_text("x: 1", encoding="utf-8")
    assert not mine.knows("said")
    mine.remember("said")
    assert mine.knows("said")
    assert not mine.knows("something else")
    assert not replace(mine, engine="v3.260.0").knows("said")
    mine.settings.write_text("x: 2", encoding="utf-8")
    assert not mine.knows("said")
    mine.remember("said")
    acknowledged(place, *made(1, 1, B))
    assert not mine.knows("said")


def settled(tmp_path: Path, **variables: str) -> Any:
    """A keeper for a stack in a file backend that says how its secrets are encrypted."""
    backend(tmp_path / "state")
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    (work / "Pulumi.yaml").write_text("name: p\n", encoding="utf-8")
    settings = work / "Pulumi.s.yaml"
    if not settings.exists():
        settings.write_text("encryptionsalt: v1:x\n", encoding="utf-8")
    environment = {"PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(), **variables}
    return keeper_of("s", work, environment, ENGINE, print)


def test_a_stack_in_a_local_directory_is_kept_here(tmp_path: Path) -> None:
    assert settled(tmp_path).backups
    assert not settled(tmp_path, PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS="true").backups


@pytest.mark.parametrize(
    "variables",
    [
        {"PULUMI_BACKEND_URL": "s3://bucket"},
        {"PULUMI_BACKEND_URL": "https://api.pulumi.com"},
        {"PULUMI_ACCESS_TOKEN": "of-a-person"},
        {"PULUMI_DISABLE_JOURNALING": "1"},
        {"PULUMI_DIY_BACKEND_GZIP": "1"},
        {"PULUMI_SELF_MANAGED_STATE_GZIP": "1"},
        {"PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS": "1"},
    ],
)
def test_every_other_is_left_to_the_engine(tmp_path: Path, variables: dict[str, str]) -> None:
    assert settled(tmp_path, **variables) is None


def test_a_stack_whose_secrets_a_service_would_encrypt_is_left_to_the_engine(
    tmp_path: Path,
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "Pulumi.s.yaml").write_text("config: {}\n", encoding="utf-8")
    assert settled(tmp_path) is None


def test_a_lock_is_seen_by_whoever_looks_and_gone_afterwards(tmp_path: Path) -> None:
    place = backend(tmp_path)
    with lock.held(place):
        (path,) = place.locks.iterdir()
        said = json.loads(path.read_bytes())
        assert set(said) == {"pid", "username", "hostname", "timestamp"}
        with pytest.raises(LockedError), lock.held(place):
            pass
        assert [*place.locks.iterdir()] == [path]
    assert [*place.locks.iterdir()] == []
