"""One stack through the engine's own file backend and through ours: the same state in both."""

import gc
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi as sdk
import pytest

from operations.progress import Steps
from operations.toolchain import ensure
from tests.e2e.kept import PROJECT, Act, Kept
from tests.e2e.world import Thing

pytestmark = [
    pytest.mark.e2e,
    # A program whose engine is killed leaves sockets and an event loop behind.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _cleared() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(scope="session")
def pulumi() -> Path:
    with Steps() as steps:
        return ensure(("pulumi",), steps)["pulumi"]


def thing(name: str, **said: Any) -> Thing:
    return Thing(name=name, **{"value": "1", "parent": "part", **said})


def lost(name: str) -> Callable[[Path], None]:
    return lambda world: (world / f"{name}.").unlink()


B_BEFORE = thing("b", key="1", before=True, after=("a",))
LAST = thing("c", after=("b",))
STORIES: Mapping[str, tuple[Act, ...]] = {
    "made, changed, destroyed": (
        ("up", (thing("a"), thing("b", after=("a",), secret="canary-b"), Thing(name="alone"))),
        ("up", (thing("a", value="2"), thing("b", after=("a",), secret="canary-c"))),
        ("destroy", ()),
    ),
    "nothing to do": (("up", (thing("a"),)), ("up", (thing("a"),)), ("refresh", ())),
    "replaced": (
        ("up", (thing("a", key="1"), thing("b", key="1", before=True, after=("a",)))),
        ("up", (thing("a", key="2"), thing("b", key="2", before=True, after=("a",)))),
    ),
    "a failed up is gone on with": (
        ("up", (thing("a"), thing("c", after=("a",)), thing("b", after=("c",), fails="create"))),
        ("up", (thing("b"), thing("a", after=("b",), fails="update"), thing("c", after=("a",)))),
        ("up", (thing("a"), thing("b"), thing("c", after=("a",)))),
    ),
    "a replacement that fails half-way": (
        ("up", (thing("a", key="1", fails="delete"), B_BEFORE)),
        ("up", (thing("a", key="2"), replace(B_BEFORE, key="2", fails="create"))),
        ("up", (thing("a", key="2"), replace(B_BEFORE, key="2"))),
    ),
    "what is gone is read back": (
        ("up", (thing("a"), thing("b", after=("a",), deleted_with="a"), thing("c", after=("b",)))),
        lost("a"),
        ("refresh", ()),
        ("up", (thing("a"), thing("b", after=("a",), deleted_with="a"), thing("c", after=("b",)))),
    ),
    "renamed": (
        ("up", (thing("a"), thing("b", after=("a",)))),
        ("up", (thing("z", formerly="a"), thing("b", after=("z",)))),
    ),
    "renamed, and cut short by a failure": (
        ("up", (thing("a"), thing("b", after=("a",)), thing("c", deleted_with="a"))),
        ("up", (thing("z", formerly="a"), thing("x", after=("z",), fails="create"))),
        ("up", (thing("z", formerly="a"), thing("b", after=("z",)))),
    ),
    "protected, and kept": (
        ("up", (thing("a", protect=True), thing("b", retain=True))),
        ("destroy", ()),
        ("up", (thing("a"),)),
        ("destroy", ()),
    ),
    "deleted with another": (
        ("up", (thing("a"), thing("b", deleted_with="a", after=("a",)))),
        ("destroy", ()),
    ),
    "an adoption that fails": (
        ("up", (thing("a", retain=True), thing("b"))),
        ("up", (thing("b"),)),
        ("up", (thing("b"), thing("a", after=("b",), adopts="a.", retain=True))),
    ),
    "a destroy that fails": (
        ("up", (thing("a"), thing("b", fails="delete", after=("a",)), LAST)),
        ("destroy", ()),
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_both_ways_leave_the_same_state(pulumi: Path, tmp_path: Path, story: str) -> None:
    both = []
    for way in ("theirs", "ours"):
        kept = opened(pulumi, tmp_path / way, way)
        done = ((kept.perform(act), kept) for act in STORIES[story])
        both.append([(well, each.exported()) for well, each in done if well is not None])
        assert not list(kept.checkpoint.parent.glob("*.journal*"))
    theirs, ours = both
    assert ours == theirs
    assert any(done for done, _ in theirs)


def opened(pulumi: Path, directory: Path, way: str) -> Kept:
    directory.mkdir()
    return Kept(directory=directory, pulumi=pulumi, journalled=way == "ours")


def test_an_engine_that_is_killed_leaves_the_same_intentions(pulumi: Path, tmp_path: Path) -> None:
    left = []
    for way in ("theirs", "ours"):
        kept = opened(pulumi, tmp_path / way, way)
        kept.run("up", (thing("a"),))
        kept.killed("up", (thing("a"), thing("b", after=("a",), holds=True)))
        left.append(kept.exported()["deployment"])
    theirs, ours = left
    assert ours == theirs
    assert [each["type"] for each in ours["pending_operations"]] == ["creating"]


def test_the_plain_command_line_goes_on_where_ours_has_ended(pulumi: Path, tmp_path: Path) -> None:
    kept = opened(pulumi, tmp_path / "both", "ours")
    things = (thing("a", secret="canary-a"), thing("b", after=("a",)))
    assert kept.run("up", things)
    kept.journalled = False
    assert kept.run("up", (*things, thing("c", after=("b",))))
    kept.journalled = True
    assert kept.run("refresh")
    kept.journalled = False
    assert kept.run("destroy")
    history = json.loads(kept.pulumi_says("stack", "history", "--json"))
    assert [each["kind"] for each in history] == ["destroy", "refresh", "update", "update"]
    assert {each["result"] for each in history} == {"succeeded"}
    assert history[3]["resourceChanges"] == {"create": 4}
    assert not [*kept.world.iterdir()]


def test_no_secret_is_plain_in_any_file_and_no_token_outlives_its_operation(
    pulumi: Path, tmp_path: Path
) -> None:
    kept = opened(pulumi, tmp_path / "ours", "ours")
    assert kept.run("up", (thing("a", secret="canary-a"),))
    assert kept.run("up", (thing("a", secret="canary-b"),))
    kept.killed("up", (thing("a", secret="canary-c"), thing("b", secret="canary-d", holds=True)))
    files = [p for p in kept.place.directory.rglob("*") if p.is_file() and not p.is_symlink()]
    assert len(files) > 5
    for path in files:
        content = path.read_bytes()
        assert b"canary" not in content, path
        assert b"accessToken" not in content, path
    assert "canary-stack" in kept.pulumi_says("stack", "output", "--show-secrets", "hidden")


def test_a_program_reads_what_another_stack_of_the_backend_has_published(
    pulumi: Path, tmp_path: Path
) -> None:
    first = opened(pulumi, tmp_path / "ours", "ours")
    assert first.run("up", (thing("a"),))
    second = Kept(directory=first.directory, pulumi=pulumi, journalled=True, stack="second")

    def program() -> None:
        reference = sdk.StackReference(f"{sdk.get_organization()}/{PROJECT}/{first.stack}")
        sdk.export("read", reference.get_output("hidden"))

    assert second.run_program("up", program)
    assert "canary-stack" in second.pulumi_says("stack", "output", "--show-secrets", "read")
    assert b"canary" not in second.checkpoint.read_bytes()
