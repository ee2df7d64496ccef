"""The policy pack over its real protocol, and graphs as that protocol spells them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from assurance.graph.graph import Graph
from assurance.graph.resource import Marker, Resource, Secret

PACK = Path(__file__).parents[2] / "policies"
Found = tuple[str, str, int, str]
"""Policy, URN, level, message without the policy's description."""


class Pack:
    """A running pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def info(self) -> Any:
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(self, **policies: Mapping[str, Any]) -> None:
        configs = {}
        for name, config in policies.items():
            level = analyzer_pb2.EnforcementLevel.Value(config.get("level", "MANDATORY"))
            properties = struct_pb2.Struct()
            properties.update({k: v for k, v in config.items() if k != "level"})
            configs[name.replace("_", "-")] = analyzer_pb2.PolicyConfig(
                enforcementLevel=level, properties=properties
            )
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=configs))

    def analyze(self, resource: Resource) -> list[Found]:
        request = analyzer_pb2.AnalyzeRequest(
            type=resource.type,
            urn=resource.urn,
            name=resource.name,
            properties=struct(resource.inputs),
        )
        return found(self._stub.Analyze(request))

    def analyze_stack(self, graph: Graph) -> list[Found]:
        resources = [
            analyzer_pb2.AnalyzerResource(
                type=resource.type,
                urn=resource.urn,
                name=resource.name,
                parent=resource.parent or "",
                dependencies=sorted(resource.dependencies),
                properties=struct(resource.inputs),
            )
            for resource in graph.resources.values()
        ]
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        return found(self._stub.AnalyzeStack(request))


@contextmanager
def serving(pack: Path = PACK, **environment: str) -> Iterator[Pack]:
    """Start a pack as the engine does: an executable, an address, a port on standard output."""
    env = {**os.environ, "PULUMI_PYTHON_CMD": sys.executable, **environment}
    command = [str(pack / "run"), "127.0.0.1:1"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, cwd=pack) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Pack(channel)
        finally:
            process.kill()


def found(response: Any) -> list[Found]:
    return sorted(
        (d.policyName, d.urn, d.enforcementLevel, d.message.removeprefix(d.description).strip())
        for d in response.diagnostics
    )


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values as the engine sends them to a pack."""
    made = struct_pb2.Struct()
    made.update(wired(values))
    return made


def wired(value: Any) -> Any:
    if isinstance(value, Marker):
        return UNKNOWN_STRING_VALUE
    if isinstance(value, Secret):
        return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": wired(value.value)}
    if isinstance(value, Mapping):
        return {key: wired(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [wired(item) for item in value]
    return value


def resource(manifest: Mapping[str, Any], **changes: Any) -> Resource:
    """A manifest as a registered resource."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    token = f"kubernetes:{group or 'core'}/{version}:{manifest['kind']}"
    name = (
        "-".join(str(manifest["metadata"].get(key, "")) for key in ("namespace", "name"))
        + f"-{manifest['kind'].lower()}"
    )
    fields: dict[str, Any] = {
        "urn": f"urn:pulumi:test::ml-platform::{token}::{name}",
        "type": token,
        "name": name,
        "parent": None,
        "provider": None,
        "inputs": json.loads(json.dumps(manifest)),
    }
    return Resource(**(fields | changes))
