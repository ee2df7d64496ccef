"""What a program says is the same or not, whatever the order in which it is said."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import empty_pb2, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import resource_pb2, source_pb2

from operations.engine.said import Said

Change = Callable[[Any], object]


class Monitor:
    """The engine's side, as far as it is spoken to."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def RegisterResource(self, request: Any) -> str:  # noqa: N802 - the protocol's name
        self.told.append(request)
        return f"{request.name}'s answer"

    ReadResource = RegisterResource

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802
        self.told.append(request)
        return empty_pb2.Empty()


def registration(name: str = "a", **said: Any) -> Any:
    made = resource_pb2.RegisterResourceRequest(
        type="t", name=name, dependencies=["x", "y"], retainOnDelete=True, **said
    )
    made.object.update({"plain": 1, "list": [{"deep": secret("canary")}]})
    made.propertyDependencies["plain"].urns.extend(["x", "y"])
    return made


def secret(value: str) -> dict[str, str]:
    signature = "4dabf18193072939515e22adb298388d"
    return {signature: "1b47061264138c4ac30d75fd1eb44270", "value": value}


def outputs(**said: Any) -> Any:
    struct = struct_pb2.Struct()
    struct.update(said)
    return resource_pb2.RegisterResourceOutputsRequest(urn="u", outputs=struct)


def digest(*requests: Any) -> str:
    said, monitor = Said(), Monitor()
    said.listen(monitor)
    for request in requests:
        telling = {resource_pb2.RegisterResourceOutputsRequest: "RegisterResourceOutputs"}
        getattr(monitor, telling.get(type(request), "RegisterResource"))(request)
    assert monitor.told == [*requests]
    return said.digest()


def changed(change: Change) -> Any:
    made = registration()
    change(made)
    return made


@given(st.permutations([registration("a"), registration("b"), outputs(x=1), outputs(x=2)]))
def test_the_order_says_nothing(requests: list[Any]) -> None:
    assert digest(*requests) == digest(*reversed(requests))


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.dependencies.reverse(),
        lambda made: made.propertyDependencies["plain"].urns.reverse(),
        lambda made: made.sourcePosition.CopyFrom(source_pb2.SourcePosition(uri="u", line=7)),
        lambda made: made.stackTrace.frames.add(),
        lambda made: made.hooks.before_create.append("waits, in a deployment"),
        lambda made: made.object["list"][0]["deep"].update({"value": "another canary"}),
    ],
    ids=["dependencies", "of a property", "position", "stack", "hooks", "a secret's value"],
)
def test_what_the_engine_does_not_write_anew_says_nothing(change: Change) -> None:
    assert digest(changed(change)) == digest(registration())


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.dependencies.append("z"),
        lambda made: made.propertyDependencies["plain"].urns.pop(),
        lambda made: made.object.update({"plain": 2}),
        lambda made: made.object["list"].append("more"),
        lambda made: made.object.update({"plain": secret("canary")}),
        lambda made: setattr(made, "protect", True),
        lambda made: made.ClearField("retainOnDelete"),
        lambda made: setattr(made, "deletedWith", "x"),
        lambda made: setattr(made, "parent", "x"),
        lambda made: setattr(made, "version", "1"),
        lambda made: setattr(made.customTimeouts, "delete", "1m"),
        lambda made: made.aliases.add(urn="former"),
        lambda made: made.additionalSecretOutputs.append("data"),
    ],
)
def test_whatever_else_is_said_makes_a_difference(change: Change) -> None:
    assert digest(changed(change)) != digest(registration())


def test_all_of_it_counts() -> None:
    heard = {
        digest(),
        digest(registration()),
        digest(registration(), registration("b")),
        digest(registration(), outputs(x=1)),
        digest(registration(), outputs(x=2)),
    }
    assert len(heard) == 5


def test_a_program_gets_the_engines_answer() -> None:
    said, monitor = Said(), Monitor()
    said.listen(monitor)
    assert monitor.RegisterResource(registration()) == "a's answer"
