"""Made-up words: how they live, and what is seen of them on the way to their Secrets."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.graph import Graph, graph_of
from assurance.graph.readers.recording import Mode
from assurance.graph.readers.recording.monitor import RecordingEngine, RecordingMonitor
from assurance.graph.readers.recording.program import Program, _configure, _execute, no_references
from assurance.graph.readers.recording.registered import resources
from assurance.graph.resource import Marker
from components.credentials import Words, WordsArgs, secret_of, shared_secrets
from components.credentials.provider import WordsProvider
from components.parts import Account, Credential

CREDENTIAL = Credential(
    name="cache-users",
    namespace="cache",
    words=("default", "fraud"),
    plain={"host": "cache.cache.svc"},
    templates={"everybody": "${default} and ${fraud}, for $$1"},
    accounts=(
        Account(
            team="fraud",
            endpoint="platform.cache",
            templates={"user": "fraud", "url": "redis://fraud:${fraud}@cache:6379"},
        ),
    ),
    labels={"cnpg.io/reload": "true"},
)
NAMES = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1)


def made(generation: int, names: list[str]) -> dict[str, object]:
    """As the engine hands it over: numbers as floats."""
    return {"names": names, "generation": float(generation), "values": None}


@given(NAMES, NAMES)
def test_a_word_stays_through_every_change_but_that_of_its_generation(
    before: list[str], after: list[str]
) -> None:
    provider = WordsProvider()
    old = provider.create(made(1, before)).outs
    assert old is not None
    assert set(old["values"]) == set(before)
    assert len(set(old["values"].values())) == len(before)
    assert all(len(word) >= 40 for word in old["values"].values())
    assert provider.diff("words", old, made(1, before)).changes is False
    assert provider.diff("words", old, made(1, after)).changes is (set(before) != set(after))
    same = provider.update("words", old, made(1, after)).outs
    assert same is not None
    assert set(same["values"]) == set(after)
    assert {n: same["values"][n] for n in set(before) & set(after)} == {
        n: old["values"][n] for n in set(before) & set(after)
    }
    assert provider.diff("words", old, made(2, before)).changes is True
    anew = provider.update("words", old, made(2, before)).outs
    assert anew is not None
    assert not set(anew["values"].values()) & set(old["values"].values())


def test_a_secret_has_each_word_what_is_plain_and_what_is_made_from_words() -> None:
    async def texts() -> tuple[dict[str, str], dict[str, str]]:
        values = pulumi.Output.secret({"default": "one", "fraud": "two"})
        own = secret_of(CREDENTIAL, values)
        (shared,) = shared_secrets(CREDENTIAL, values)
        assert own["metadata"]["labels"] == {"cnpg.io/reload": "true"}
        assert shared.manifest["metadata"] == {"name": "platform-cache", "namespace": "fraud"}
        assert shared.account.keys == {"user", "url"}
        return await _known(own["stringData"]), await _known(shared.manifest["stringData"])

    own, shared = asyncio.run(texts())
    assert own == {
        "default": "one",
        "everybody": "one and two, for $1",
        "fraud": "two",
        "host": "cache.cache.svc",
    }
    assert shared == {"url": "redis://fraud:two@cache:6379", "user": "fraud"}


async def _known(texts: dict[str, str | pulumi.Output[str]]) -> dict[str, str]:
    found = {}
    for key, text in texts.items():
        output = pulumi.Output.from_input(text)
        assert isinstance(text, str) or await output.is_secret()
        found[key] = str(await output.future())
    return found


@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_in_a_rehearsal_every_word_is_a_secret_that_nobody_knows(mode: Mode) -> None:
    sealed: list[asyncio.Future[bool]] = []

    def program() -> None:
        values = Words("words", WordsArgs(names=("default", "fraud"))).values
        own = secret_of(CREDENTIAL, values)
        texts = (text for text in own["stringData"].values() if isinstance(text, pulumi.Output))
        sealed.extend(asyncio.ensure_future(text.is_secret()) for text in texts)
        pulumi.CustomResource("kubernetes:core/v1:Secret", "own", own)

    graph = _recorded(program, mode)
    assert [each.result() for each in sealed] == [True] * 3
    (secret,) = graph.of_type("kubernetes:core/v1:Secret")
    unknown = dict.fromkeys(("default", "everybody", "fraud"), Marker.UNKNOWN)
    assert secret.inputs["stringData"] == {**unknown, "host": "cache.cache.svc"}
    (words,) = graph.of_type("pulumi-python:dynamic/credentials:Words")
    assert words.urn in secret.dependencies
    assert words.options.additional_secret_outputs == ("values",)
    asked = {key: value for key, value in words.inputs.items() if key != "__provider"}
    assert asked == {"names": ["default", "fraud"], "generation": 1}


def _recorded(program: Callable[[], None], mode: Mode) -> Graph:
    monitor = RecordingMonitor(
        stack="dev", project="p", cold=mode == "cold", references=no_references
    )
    made = Program(directory=Path.cwd(), stack="dev", project="p")
    messages: list[str] = []
    _configure(made, monitor, RecordingEngine(messages.append))
    _execute(program)
    assert messages == []
    found = resources(monitor.registered.values(), Path.cwd())
    return graph_of(found, stack="dev", mode=mode)
