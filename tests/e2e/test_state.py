"""One stack through the engine's own file backend and through ours: the same state in both."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.progress import Steps
from operations.toolchain import ensure
from tests.e2e.kept import Act, Kept
from tests.e2e.world import Thing

pytestmark = pytest.mark.e2e


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
        (tmp_path / way).mkdir()
        kept = Kept(directory=tmp_path / way, pulumi=pulumi, journalled=way == "ours")
        done = ((kept.perform(act), kept) for act in STORIES[story])
        both.append([(well, each.exported()) for well, each in done if well is not None])
        assert not list(kept.checkpoint.parent.glob("*.journal*"))
    theirs, ours = both
    assert ours == theirs
    assert any(done for done, _ in theirs)
