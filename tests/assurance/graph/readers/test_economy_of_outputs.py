"""What is known at once is what the SDK would have come to know."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import hypothesis.strategies as some
import pulumi
import pytest
from hypothesis import given
from pulumi.runtime import _depends_on, resource, rpc

from assurance.graph.readers.recording.economy import frugal

PARENT = "urn:pulumi:dev::project::a:b:C::parent"


class Named(pulumi.Resource):
    """Made without an engine."""

    def __init__(self, name: str) -> None:
        self._name, self._type = name, "a:b:C"


def both(story: Callable[[], Awaitable[Any]]) -> list[Any]:
    """What comes of it with the SDK alone, and in short."""

    async def told() -> Any:
        try:
            return await story()
        except RuntimeError as error:
            return type(error), str(error)

    theirs = asyncio.run(told())
    with frugal(None):
        return [theirs, asyncio.run(told())]


@pytest.mark.parametrize("parent", [PARENT, "", "no urn", None])
@pytest.mark.parametrize("late", [None, "name", "type_", "parent"])
def test_a_name_is_made_of_its_parents(parent: str | None, late: str | None) -> None:
    parts: dict[str, Any] = {"name": "fraud", "type_": "a:b:D", "parent": parent}

    async def story() -> Any:
        outputs = {late: pulumi.Output.from_input(parts[late])} if late and parts[late] else {}
        named: Any = resource.create_urn(**{**parts, **outputs}, project="p", stack="s")
        data = await named._data
        return data.value, data.is_known, data.is_secret, data.resources

    theirs, ours = both(story)
    assert ours == theirs
    assert "fraud" in ours[0]


@pytest.mark.parametrize("failed", [None, RuntimeError("not there")])
@pytest.mark.parametrize("value", [1, {"a": pulumi.UNKNOWN}])
@pytest.mark.parametrize("deps", [None, set(), {Named("another")}])
@pytest.mark.parametrize(("is_known", "is_secret"), [(True, False), (False, False), (True, True)])
def test_an_output_comes_to_what_its_resource_comes_to(
    value: Any, deps: Any, failed: Exception | None, *, is_known: bool, is_secret: bool
) -> None:
    one = Named("one")

    async def story() -> Any:
        resolvers: Any = rpc.transfer_properties(one, {"spec": 1, "id": 2, "urn": 3}, custom=True)
        for resolve in resolvers.values():
            resolve(value, *(is_known, is_secret), deps, failed)
        data = await one.__dict__["spec"]._data
        return [*resolvers], data.resources, data.value, data.is_known, data.is_secret

    theirs, ours = both(story)
    assert ours == theirs


@pytest.mark.parametrize("how", ["plain", "none", "late", "one late", "all late", "not one"])
def test_what_must_be_there_before_is_found(how: str) -> None:
    there = [Named("one"), Named("two")]

    async def story() -> Any:
        late = pulumi.Output.from_input
        given_as: dict[str, Any] = {
            "plain": there,
            "none": [],
            "late": late(there),
            "one late": [there[0], late(there[1])],
            "all late": [*map(late, there)],
            "not one": [there[0], None],
        }
        return await _depends_on._resolve_depends_on(given_as[how])

    theirs, ours = both(story)
    assert ours == theirs
    assert ours <= {*there}


_pairs = some.lists(some.tuples(some.integers(0, 5), some.integers(0, 5)), max_size=14)


@given(_pairs)
def test_a_circle_is_found_where_the_sdk_finds_it(pairs: list[tuple[int, int]]) -> None:
    def closed(declare: Callable[[Any, Any], bool]) -> Iterable[bool]:
        made = [Named(str(number)) for number in range(6)]
        return [declare(made[one], made[other]) for one, other in pairs]

    theirs = closed(vars(rpc)["declare_dependency"])
    with frugal(None):
        assert closed(vars(rpc)["declare_dependency"]) == theirs
