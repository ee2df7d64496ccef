"""The policy pack over its real protocol, and graphs as that protocol spells them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from analyzer import Analyzer
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE
from serving import serve

from assurance.graph.graph import Graph
from assurance.graph.resource import Marker, Resource, Secret
from assurance.graph.values import Level

PACK = Path(__file__).parents[2] / "policies"
_LEVELS = {
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.MANDATORY: analyzer_pb2.MANDATORY,
    Level.DISABLED: analyzer_pb2.DISABLED,
}


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One diagnostic."""

    policy: str
    urn: str
    level: Level
    message: str


class Pack:
    """A running pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def info(self, stack: str = "") -> analyzer_pb2.AnalyzerInfo:
        """What it offers, for one stack if it is named; a run begins."""
        if stack:
            self._stub.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack=stack))
        offered: analyzer_pb2.AnalyzerInfo = self._stub.GetAnalyzerInfo(empty_pb2.Empty())
        return offered

    def configure(self, **levels: str) -> None:
        """Every policy's level, as the engine settles on them; a run begins."""
        stated = {name.replace("_", "-"): Level(level) for name, level in levels.items()}
        common = stated.get("all", Level.MANDATORY)
        offered = {policy.name: common for policy in self.info().policies} | stated
        configs = {
            name: analyzer_pb2.PolicyConfig(enforcementLevel=_LEVELS[level])
            for name, level in offered.items()
            if name != "all"
        }
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=configs))

    def analyze(self, resource: Resource) -> list[Said]:
        """Show it one resource, with its inputs."""
        return self.ask(
            analyzer_pb2.AnalyzeRequest(
                type=resource.type,
                urn=resource.urn,
                name=resource.name,
                properties=struct(resource.inputs),
                options=_options(resource),
            )
        )

    def analyze_stack(self, resources: Iterable[Resource]) -> list[Said]:
        """Show it the whole; what a resource has no outputs for is not known yet."""
        shown = [
            analyzer_pb2.AnalyzerResource(
                type=resource.type,
                urn=resource.urn,
                name=resource.name,
                parent=resource.parent or "",
                dependencies=sorted(resource.dependencies),
                propertyDependencies=_made_from(resource),
                options=_options(resource),
                properties=struct(resource.outputs),
            )
            for resource in resources
        ]
        return _said(self._stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=shown)))

    def judge(self, graph: Graph, order: Iterable[Resource] | None = None) -> list[Said]:
        """A whole run of the engine: each resource, then the stack."""
        given = list(graph.resources.values() if order is None else order)
        of_each = [said for resource in given for said in self.analyze(resource)]
        return sorted([*of_each, *self.analyze_stack(given)])

    def ask(self, request: analyzer_pb2.AnalyzeRequest) -> list[Said]:
        """Show it whatever a test has made."""
        return _said(self._stub.Analyze(request))


@contextmanager
def hosted(project: Path = PACK.parent, stack: str | None = None) -> Iterator[Pack]:
    """A pack of this process, which a test may break."""
    server, port = serve(Analyzer(project, stack))
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Pack(channel)
    finally:
        server.stop(None)


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


def _options(resource: Resource) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(protect=resource.options.protect)


def _made_from(resource: Resource) -> dict[str, analyzer_pb2.AnalyzerPropertyDependencies]:
    return {
        key: analyzer_pb2.AnalyzerPropertyDependencies(urns=sorted(urns))
        for key, urns in resource.property_dependencies.items()
    }


def _said(response: analyzer_pb2.AnalyzeResponse) -> list[Said]:
    named = {number: level for level, number in _LEVELS.items()}
    return sorted(
        Said(d.policyName, d.urn, named[d.enforcementLevel], d.message)
        for d in response.diagnostics
    )


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values as the engine sends them to a pack: every number a float."""
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
    metadata = manifest["metadata"]
    parts = (metadata.get("namespace"), metadata.get("name"), manifest["kind"].lower())
    name = "-".join(str(part) for part in parts if part)
    fields: dict[str, Any] = {
        "urn": f"urn:pulumi:test::ml-platform::{token}::{name}",
        "type": token,
        "name": name,
        "parent": None,
        "provider": None,
        "inputs": json.loads(json.dumps(manifest)),
    }
    return Resource(**(fields | changes))
