"""Aliases stand for the URNs that Pulumi's own SDK works out where the engine cannot."""

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import resource_pb2

from assurance.graph.readers.recording import Program, monitor, record
from tests.assurance.graph.readers.recorded_programs import by_name

BODY = """
outer = pulumi.ComponentResource("a:b:Outer", "outer")
inner = pulumi.ComponentResource("a:b:Inner", "inner", None, pulumi.ResourceOptions(parent=outer))
thing("ConfigMap", "top", pulumi.ResourceOptions(aliases=[
    pulumi.Alias(name="old"), pulumi.Alias(type_="kubernetes:core/v2:ConfigMap"),
    pulumi.Alias(parent=outer), pulumi.Alias(stack="prod"), pulumi.Alias(project="before"),
]))
thing("ConfigMap", "deep", pulumi.ResourceOptions(parent=inner, aliases=[
    pulumi.Alias(name="old"), pulumi.Alias(name="other", type_="x:y:Z"),
    pulumi.Alias(parent=outer), pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE),
    pulumi.Alias(parent="urn:pulumi:dev::p::x:y:Z$x:y:W::w"), pulumi.Alias(stack="prod"),
    "urn:pulumi:dev::p::x:y:Z::whole",
]))
"""


def test_alias_urns_are_those_of_the_sdk(
    program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = by_name(record(program(BODY), "cold"))
    theirs: dict[str, set[str]] = {}
    register = monitor.RecordingMonitor.RegisterResource

    def listen(self: Any, request: resource_pb2.RegisterResourceRequest) -> Any:
        theirs[request.name] = set(request.aliasURNs)
        assert not request.aliases
        return register(self, request)

    specs = resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS
    without = tuple(f for f in monitor._FEATURES if f != specs)
    monkeypatch.setattr(monitor, "_FEATURES", without)
    monkeypatch.setattr(monitor.RecordingMonitor, "RegisterResource", listen)
    record(program(BODY), "cold")

    for name, count in (("top", 5), ("deep", 7)):
        assert len(theirs[name]) == count
        assert set(ours[name].options.aliases) == theirs[name]
