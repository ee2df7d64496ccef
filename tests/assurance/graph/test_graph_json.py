"""A graph's JSON: the same bytes for the same content, the whole content, and never a secret."""

import json
import math
import pickle
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.document import dumps
from assurance.graph.codec import encode, plain
from assurance.graph.decoding import DecodeError
from assurance.graph.graph import Graph, graph_of, merged
from assurance.graph.resource import Marker, Options, Origin, Resource, Secret

CANARY = "tweet-tweet-canary"

leaves = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(list(Marker))
    | st.just(Secret(CANARY))
    | st.just(Secret({"password": CANARY}))
)
keys = st.text(max_size=5) | st.sampled_from(["$", "value", "unknown"])
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
urns = st.text(min_size=1, max_size=8)
options = st.builds(
    Options,
    protect=st.booleans(),
    ignore_changes=st.tuples(st.text(max_size=4)),
    timeouts=st.dictionaries(st.sampled_from(["create", "delete"]), st.just("5m")),
    deleted_with=st.none() | urns,
)
resources = st.builds(
    Resource,
    urn=urns,
    type=st.text(max_size=5),
    name=st.text(max_size=5),
    parent=st.none() | urns,
    provider=st.none() | urns,
    inputs=st.dictionaries(keys, values, max_size=3),
    outputs=st.dictionaries(keys, values, max_size=2),
    dependencies=st.frozensets(urns, max_size=3),
    property_dependencies=st.dictionaries(keys, st.frozensets(urns, max_size=2), max_size=2),
    options=options,
    origin=st.builds(Origin, config=st.none() | st.text(max_size=4)),
    assumed=st.none() | st.text(max_size=4),
    custom=st.booleans(),
)
graphs = st.lists(resources, max_size=4, unique_by=lambda r: r.urn).map(
    lambda found: graph_of(found, stack="dev", mode="warm")
)


def blanked(value: Any) -> Any:
    """What a reader of the JSON can know: that there is a secret, not which; numbers by value."""
    if isinstance(value, Secret):
        return Secret(None)
    if isinstance(value, Mapping):
        return {key: blanked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [blanked(item) for item in value]
    return value


@given(graphs)
def test_a_graph_comes_back_from_json_but_for_its_secrets(graph: Graph) -> None:
    text = dumps(graph.to_json())
    again = Graph.from_json(json.loads(text))

    assert dumps(again.to_json()) == text
    for urn, resource in graph.resources.items():
        back = again.resources[urn]
        assert back.inputs == blanked(resource.inputs)
        assert back.outputs == blanked(resource.outputs)
        assert (back.dependencies, back.property_dependencies) == (
            resource.dependencies,
            resource.property_dependencies,
        )
        assert (back.options, back.origin, back.custom, back.assumed, back.parent) == (
            resource.options,
            resource.origin,
            resource.custom,
            resource.assumed,
            resource.parent,
        )


@given(graphs)
def test_no_secret_is_in_a_graphs_json_or_in_what_it_prints(graph: Graph) -> None:
    assert CANARY not in dumps(graph.to_json())
    assert CANARY not in repr(graph)
    assert CANARY not in str(list(graph.resources.values()))


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, Mapping):
        items = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@given(graphs, st.integers())
def test_the_json_does_not_depend_on_who_came_first(graph: Graph, seed: int) -> None:
    chance = random.Random(seed)
    found = [
        Resource(
            urn=r.urn,
            type=r.type,
            name=r.name,
            parent=r.parent,
            provider=r.provider,
            inputs=shuffled(r.inputs, chance),
            outputs=shuffled(r.outputs, chance),
            dependencies=frozenset(sorted(r.dependencies, reverse=True)),
            property_dependencies=shuffled(r.property_dependencies, chance),
            options=r.options,
            origin=r.origin,
            assumed=r.assumed,
            custom=r.custom,
        )
        for r in graph.resources.values()
    ]
    chance.shuffle(found)
    other = graph_of(found, stack=graph.stack, mode=graph.mode)
    # Not json.dumps(sort_keys=True): to_json itself must already be in one order.
    assert json.dumps(other.to_json()) == json.dumps(graph.to_json())


@given(values)
def test_what_json_has_no_word_for_is_not_mistaken_for_data(value: Any) -> None:
    assert plain(json.loads(json.dumps(encode(value)))) == blanked(value)


def resource(urn: str, **fields: Any) -> Resource:
    plain_fields: dict[str, Any] = {
        "type": "a:b:C",
        "name": "n",
        "parent": None,
        "provider": None,
        "inputs": {},
    }
    return Resource(urn=urn, **{**plain_fields, **fields})


def test_two_resources_of_one_urn_are_refused() -> None:
    with pytest.raises(ValueError, match="two resources have the URN u"):
        graph_of([resource("u"), resource("u")], stack="dev", mode="cold")


def test_a_graph_cannot_be_changed() -> None:
    graph = graph_of([resource("u")], stack="dev", mode="cold")
    with pytest.raises(TypeError):
        graph.resources["v"] = resource("v")  # type: ignore[index] # that it is refused is the point
    with pytest.raises(AttributeError):
        graph.stack = "prod"  # type: ignore[misc] # that it is refused is the point


def test_a_graph_goes_to_another_process_and_back() -> None:
    graph = graph_of([resource("u", inputs={"a": Marker.UNKNOWN})], stack="dev", mode="cold")
    assert pickle.loads(pickle.dumps(graph)).to_json() == graph.to_json()


def test_several_stacks_make_one_graph_and_different_modes_do_not() -> None:
    platform = graph_of([resource("p")], stack="platform", mode="warm")
    teams = graph_of([resource("t")], stack="teams", mode="warm")
    whole = merged([teams, platform])
    assert (whole.stack, list(whole.resources)) == ("platform+teams", ["p", "t"])
    with pytest.raises(ValueError, match="cold, warm"):
        merged([platform, graph_of([], stack="x", mode="cold")])


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "graph: expected an object"),
        ({"stack": "s", "mode": "warm"}, "graph.resources: expected a list, got nothing"),
        ({"stack": "s", "mode": "hot", "resources": []}, "graph.mode: expected cold or warm"),
        ({"stack": 1, "mode": "warm", "resources": []}, "graph.stack: expected text, got 1"),
        (
            {"stack": "s", "mode": "warm", "resources": [{"urn": "u", "tpye": "t"}]},
            r"graph.resources\[0\].tpye: expected one of",
        ),
    ],
)
def test_a_fault_in_a_document_is_named_by_its_path(document: Any, fault: str) -> None:
    with pytest.raises(DecodeError, match=fault):
        Graph.from_json(document)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_lacks_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="has no JSON form"):
        encode({"x": number})
