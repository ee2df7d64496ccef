"""Whatever is done in short comes to what the SDK makes of it."""

import asyncio
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import hypothesis.strategies as some
import pulumi
import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime import rpc, settings

from assurance.graph.readers.recording.economy import frugal, values

SIGNATURE = rpc._special_sig_key
SECRET = rpc._special_secret_sig

_LEAVES = some.one_of(
    some.text(max_size=5), some.integers(), some.floats(allow_nan=False), some.booleans()
)
_ODD = some.one_of(some.none(), some.just(rpc.UNKNOWN), some.just({SIGNATURE: SECRET, "value": 1}))
_LIVE = some.one_of(some.just(UNKNOWN), some.just(b"bytes"), some.just(pulumi.StringAsset("text")))
_MAYBE = some.sampled_from([None, True, False])
_KEYS = some.sampled_from(["a", "b", "__c", "__provider", "items"])


def _nested(leaves: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any]]:
    value = some.recursive(
        leaves,
        lambda inner: some.lists(inner, max_size=3) | some.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=8,
    )
    return some.dictionaries(_KEYS, value, max_size=4)


class Kept(pulumi.Resource):
    """Keeps every name; made without an engine."""

    def __init__(self) -> None:
        self._name = "kept"


class Shouted(Kept):
    """Has names of its own."""

    def translate_input_property(self, prop: str) -> str:
        return prop.upper()

    def translate_output_property(self, prop: str) -> str:
        return prop.upper()


def _told(call: Callable[[], Any]) -> Any:
    """What comes of a call, as something that can be compared; also where it fails."""
    try:
        return _shown(call())
    except (ValueError, AssertionError) as error:
        return type(error), re.sub("0x[0-9a-f]+", "somewhere", str(error))


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shown(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    unlike = (Unknown, pulumi.Asset)  # no two of these are equal
    return type(value).__name__ if isinstance(value, unlike) else (type(value), value)


async def _outputs(value: Any) -> Any:
    """The same value, with outputs in place of what is within."""
    match value:
        case dict():
            return {key: await _outputs(each) for key, each in value.items()}
        case "":
            return pulumi.Output.secret("hidden")
        case 0:
            return pulumi.Output.from_input([1, "two"])
    return value


@pytest.mark.parametrize("resource", [Kept(), Shouted()])
@given(inputs=_nested(_LEAVES | _ODD | _LIVE), within=some.booleans())
def test_inputs_go_over_the_wire_as_the_sdk_sends_them(
    resource: pulumi.Resource, inputs: dict[str, Any], *, within: bool
) -> None:
    async def sent() -> Any:
        given_inputs = await _outputs(inputs) if within else inputs
        return await rpc.serialize_properties(
            given_inputs, {}, resource, resource.translate_input_property
        )

    theirs = _told(lambda: asyncio.run(sent()))
    with frugal(None):
        ours = _told(lambda: asyncio.run(sent()))
    assert ours == theirs


@pytest.mark.parametrize("resource", [Kept(), Shouted()])
@given(state=_nested(_LEAVES | _ODD), asked=some.tuples(_MAYBE, _MAYBE), previewed=some.booleans())
def test_outputs_are_read_as_the_sdk_reads_them(
    resource: pulumi.Resource,
    state: dict[str, Any],
    asked: tuple[bool | None, bool | None],
    *,
    previewed: bool,
) -> None:
    struct = struct_pb2.Struct()
    struct.update(state)

    def read() -> Any:
        come = rpc.deserialize_properties(struct, *asked)
        return rpc.translate_output_properties(come, resource.translate_output_property)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "is_dry_run", lambda: previewed)
        theirs = _told(read)
        with frugal(None):
            assert _told(read) == theirs


@given(_nested(_LEAVES | _ODD | _LIVE))
def test_the_sdk_knows_as_much_of_a_value(value: dict[str, Any]) -> None:
    assert values.contains_unknowns(value) == rpc.contains_unknowns(value)


def test_a_value_that_holds_itself_is_looked_at_once() -> None:
    turning: list[Any] = [{"a": "b"}]
    turning.append(turning)
    assert values.contains_unknowns(turning) is rpc.contains_unknowns(turning) is False
    turning.append({"c": UNKNOWN})
    assert values.contains_unknowns(turning) is rpc.contains_unknowns(turning) is True
