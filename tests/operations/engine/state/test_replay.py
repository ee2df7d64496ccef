"""A journal comes to what the engine's own backend comes to, wherever it ends."""

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.engine.state.replay import JournalError, State, replayed
from tests.operations.engine.state.backend import ENGINE, entry, made, resource, urn
from tests.operations.engine.state.simulated import Simulated
from tests.operations.engine.state.spelled import by_name, plain

DATA = Path(__file__).parent / "data"
RECORDED = {
    f"{path.stem} {number}": step
    for path in sorted(DATA.glob("*.json"))
    for number, step in enumerate(json.loads(path.read_text("utf-8")), start=1)
}


def play(before: State, entries: list[dict[str, Any]]) -> State:
    return replayed(before, entries, engine=ENGINE, now="2026-01-01T00:00:00Z")


def a_state(*resources: dict[str, Any], **more: Any) -> State:
    return State(deployment={"resources": [*resources], **more})


def resources(state: State) -> list[dict[str, Any]]:
    return list(state.deployment.get("resources", ()))


def ids(state: State) -> list[str]:
    return [each["id"] for each in resources(state)]


def dangling(state: State) -> list[str]:
    """What refers to something that does not come before it."""
    there: set[str] = {""}
    found = []
    for each in resources(state):
        needs = {*each.get("dependencies", ()), each.get("parent", ""), each.get("deletedWith", "")}
        found += [f"{each['id']} → {need}" for need in needs - there]
        there.add(each["urn"])
    return found


def test_journals_were_recorded() -> None:
    assert len(RECORDED) > 20
    assert sum(len(step["entries"]) for step in RECORDED.values()) > 200


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_journal_comes_to_the_state_of_the_engine_s_own_backend(name: str) -> None:
    step = RECORDED[name]
    checkpoint = step["before"]["checkpoint"]
    before = State(
        deployment=checkpoint.get("latest") or {},
        features=frozenset(step["before"].get("features") or ()),
    )
    after = play(before, step["entries"])
    theirs = step["after"]
    assert plain(by_name(dict(after.deployment)), "…") == by_name(theirs["checkpoint"]["latest"])
    assert (after.version, sorted(after.features)) == (
        theirs["version"],
        sorted(theirs.get("features") or ()),
    )
    assert dangling(after) == []


@given(st.integers(0, 2**32), st.integers(0, 25), st.integers(0, 6))
def test_wherever_a_journal_ends_the_state_is_what_had_happened(
    seed: int, most: int, size: int
) -> None:
    chance = Random(seed)
    first = Simulated(chance, [])
    for _ in range(size):
        first._create()
    before = play(State(), first.entries)
    second = Simulated(chance, resources(before), "m")
    second.run(most)
    for length, books in enumerate(second.books, start=1):
        after = play(before, second.entries[:length])
        found = [
            (
                each["id"],
                each["inputs"]["value"],
                each.get("delete", False),
                each.get("pendingReplacement", False),
            )
            for each in resources(after)
        ]
        assert len(found) == len(set(found))
        assert set(found) == books.items
        pending = after.deployment.get("pending_operations") or ()
        creating = {each["resource"]["id"] for each in pending if each["type"] == "creating"}
        assert creating == books.creating
        assert dangling(after) == []


@given(st.integers(0, 2**32), st.data())
def test_what_is_sent_twice_counts_once(seed: int, data: st.DataObject) -> None:
    engine = Simulated(Random(seed), [])
    engine.run(12)
    start = data.draw(st.integers(0, len(engine.entries)))
    end = data.draw(st.integers(start, len(engine.entries)))
    again = [*engine.entries[:end], *engine.entries[start:]]
    assert play(State(), again) == play(State(), engine.entries)


@given(st.integers(0, 2**32))
def test_playing_back_changes_neither_the_state_nor_the_journal(seed: int) -> None:
    chance = Random(seed)
    first = Simulated(chance, [])
    first.run(8)
    before = play(State(), first.entries)
    second = Simulated(chance, resources(before), "m")
    second.run(8)
    kept = copy.deepcopy((before, second.entries))
    play(before, second.entries)
    assert (before, second.entries) == kept


def test_what_an_operation_makes_it_can_change_mark_and_delete_itself() -> None:
    made_both = [*made(1, 1, resource("a")), *made(3, 2, resource("b"))]
    gone = [entry(5, 0, 3), entry(6, 1, 3, removeNew=1)]
    assert ids(play(State(), [*made_both, *gone])) == ["b"]
    seen = entry(6, 3, 3, removeNew=1, isRefresh=True, state=resource("a", inputs={"v": 2}))
    assert resources(play(State(), [*made_both, gone[0], seen]))[0]["inputs"] == {"v": 2}
    assert ids(play(State(), [*made_both, gone[0], {**seen, "state": None}])) == ["b"]
    for mark in ("delete", "pendingReplacement"):
        marked = play(State(), [*made_both, entry(5, 1, 3, **{f"{mark}New": 2})])
        assert [each.get(mark) for each in resources(marked)] == [None, True]


def test_once_something_was_read_back_nobody_refers_to_what_goes_later() -> None:
    before = a_state(resource("a"), resource("b", dependencies=[urn("a")]))
    seen = entry(1, 3, 1, removeOld=0, isRefresh=True, state=resource("a"))
    after = play(before, [seen, entry(2, 7), entry(3, 1, 2, removeOld=0)])
    assert resources(after) == [resource("b")]


def test_an_intention_of_an_earlier_operation_stays_until_somebody_settles_it() -> None:
    pending = [{"type": type_, "resource": resource(type_)} for type_ in ("creating", "updating")]
    after = play(a_state(pending_operations=pending), made(1, 1, resource("a")))
    assert after.deployment["pending_operations"] == pending[:1]


def test_a_base_that_is_written_anew_takes_the_place_of_the_first() -> None:
    written = {"resources": [resource("b"), resource("c")]}
    entries = [entry(1, 5, newSnapshot=written), entry(2, 1, 1, removeOld=0)]
    assert ids(play(a_state(resource("a")), entries)) == ["c"]


def test_the_way_in_which_secrets_are_encrypted_is_that_of_the_last_operation() -> None:
    provider = {"type": "passphrase", "state": {"salt": "v1:new"}}
    before = a_state(secrets_providers={"type": "passphrase", "state": {"salt": "v1:old"}})
    after = play(before, [entry(1, 6, secretsProvider=provider)])
    assert after.deployment["secrets_providers"] == provider


def test_snippets_and_extensions_are_kept() -> None:
    snippets = [{"uuid": "1", "references": {"x": urn("a")}}]
    renamed = resource("b", aliases=[urn("a")])
    entries = [
        entry(1, 9, snippets=snippets),
        entry(2, 8, 1, extensionRef="r", extension={"name": "e"}),
        *made(3, 2, renamed),
    ]
    after = play(a_state(extensions={"q": {"name": "f"}}), entries)
    assert after.deployment["snippets"] == [{"uuid": "1", "references": {"x": urn("b")}}]
    assert after.deployment["extensions"] == {"q": {"name": "f"}, "r": {"name": "e"}}
    assert after.features == {"snippets-prototype"}


FEATURES = {
    "refreshBeforeUpdate": ("refreshBeforeUpdate", True),
    "views": ("viewOf", urn("b")),
    "hooks": ("resourceHooks", {"before_create": ["gate"]}),
    "taint": ("taint", True),
    "replaceWith": ("replaceWith", [urn("b")]),
    "extensionParameterization": ("extensionRef", "r"),
    "snippets-prototype": ("snippetID", "1"),
}


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("pending", [False, True])
def test_a_reader_is_told_what_it_must_understand(feature: str, *, pending: bool) -> None:
    key, value = FEATURES[feature]
    entries = made(1, 1, resource("a", **{key: value}))
    after = play(a_state(resource("b")), entries[:1] if pending else entries)
    assert ({*after.features}, after.version) == ({feature}, 4)
    assert play(a_state(resource("b")), made(1, 1, resource("a"))).version == 3


def test_bytes_that_are_no_text_are_remembered_although_they_are_encrypted() -> None:
    told = play(a_state(), [entry(1, 6, secretsProvider={"type": "x"}, requiresByteString=True)])
    assert told.features == {"byteString"}
    assert play(told, made(1, 1, resource("a"))).features == {"byteString"}


@pytest.mark.parametrize(
    "wrong",
    [
        entry(9, 1, 9, removeOld=1),
        entry(9, 1, 9, removeOld=-1),
        entry(9, 1, 9, removeNew=5),
        entry(9, 1, 9, deleteNew=5),
        entry(9, 1, 9, pendingReplacementOld=3),
        entry(9, 3, 9, removeOld=1, isRefresh=True),
        entry(9, 4, 9, removeNew=5, state=resource("x")),
    ],
)
def test_a_journal_that_speaks_of_what_is_not_there_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(JournalError, match="entry 9"):
        play(a_state(resource("a")), [wrong])


def test_an_entry_of_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="10"):
        play(a_state(), [entry(1, 10)])
