"""What the pack reads off the wire is what the policy SDK reads, or tells to be unknown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import proxy
from pulumi_policy.deserialize import deserialize_properties

from assurance.graph.readers.policy import resource_of
from assurance.graph.readers.wire import values_of
from assurance.graph.resource import Marker, Secret
from tests.policies.corpus import stack
from tests.policies.wire import struct

CANARY = "canary-4711"
SENTINELS = {name: value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")}


def compare(ours: Any, sdk: Any, seen: Counter[str]) -> None:
    """Item by item, through the SDK's own proxies."""
    if isinstance(ours, Secret):
        seen["secrets"] += 1
        ours = ours.value
    if isinstance(ours, Mapping):
        assert ours.keys() == sdk.keys()
    if isinstance(ours, list):
        assert isinstance(sdk, Sequence)
        assert len(ours) == len(sdk)
    items = ours.items() if isinstance(ours, Mapping) else enumerate(ours)
    for key, value in items:
        if isinstance(value, Marker):
            seen["unknown"] += 1
            with pytest.raises(proxy.UnknownValueError):
                sdk[key]
            continue
        inner = value.value if isinstance(value, Secret) else value
        if isinstance(inner, Mapping | list):
            compare(value, sdk[key], seen)
        else:
            seen["values"] += 1
            assert inner == sdk[key]
            assert not isinstance(inner, float) or not inner.is_integer()


def test_on_generated_objects_both_readers_agree() -> None:
    seen: Counter[str] = Counter()
    for seed in range(5):
        for made in stack(seed, 80).resources.values():
            wire = struct(made.inputs)
            values = json_format.MessageToDict(wire)
            theirs = proxy.unknown_checking_proxy(deserialize_properties(values))
            compare(values_of(wire), theirs, seen)
    print(dict(seen))  # noqa: T201 - how much was compared
    assert min(seen["secrets"], seen["unknown"]) > 5
    assert seen["values"] > 1_000


@pytest.mark.parametrize("name", SENTINELS)
def test_every_word_for_what_is_not_known_is_known(name: str) -> None:
    wire = struct({"top": SENTINELS[name], "list": [SENTINELS[name]], "in": f"a/{SENTINELS[name]}"})
    unknown = Marker.UNKNOWN
    assert values_of(wire) == {"top": unknown, "list": [unknown], "in": unknown}
    assert len(SENTINELS) == 7


def test_a_secrets_content_is_veiled_even_where_the_program_says_it_in_clear() -> None:
    shown = analyzer_pb2.AnalyzeRequest(type="kubernetes:core/v1:Secret", urn="urn")
    shown.properties.update({"data": {"a": CANARY}, "stringData": {"b": CANARY}})
    read = resource_of(shown)
    assert read.inputs == {"data": {"a": Secret(CANARY)}, "stringData": {"b": Secret(CANARY)}}
    assert CANARY not in repr(read)
