"""The engine's side of a rehearsal: it writes down what a program registers, and answers."""
# ruff: noqa: N802 - the protocol's method names

import threading
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from assurance.graph.readers.recording.registered import Registered
from assurance.graph.readers.recording.replies import warm
from assurance.graph.readers.recording.urns import urn_of
from assurance.graph.readers.wire import struct_of, value_of
from assurance.graph.resource import Marker, Secret

STACK_REFERENCE = "pulumi:pulumi:StackReference"
_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
)
"""Not output values: inputs arrive as the policy analyzer sees them. Nothing that calls back."""

References = Callable[[str], Mapping[str, Any]]
"""The outputs of another stack, by its full name `organization/project/stack`."""


class UnansweredError(RuntimeError):
    """The program asked for something that only a real engine could answer."""

    def __init__(self, what: str, *, verb: str) -> None:
        super().__init__(f"the program {verb} {what}, which a rehearsal cannot answer")


class RefusedError(RuntimeError):
    """The program registered something that the engine would refuse."""


class RecordingMonitor:
    """A resource monitor in the program's own process."""

    def __init__(self, *, stack: str, project: str, cold: bool, references: References) -> None:
        self.registered: dict[str, Registered] = {}
        self.default_providers_disabled: frozenset[str] = frozenset()
        self._stack, self._project = stack, project
        self._cold = cold
        self._references = references
        self._lock = threading.Lock()

    def GetDeploymentInfo(self, _request: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:
        """Which parts of the protocol are spoken."""
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Write a resource down; cold, nothing is known of it but its URN."""
        urn = urn_of(self._stack, self._project, request.parent, request.type, request.name)
        self._check(request, urn)
        made = Registered(urn=urn, request=request)
        if request.custom and not self._cold:
            made.id, made.state = warm(request, urn)
        self._keep(made)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=made.id, object=made.state)

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """What a component, or the stack, says that it came to."""
        with self._lock:
            self.registered[request.urn].state = request.outputs
        return empty_pb2.Empty()

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Something that exists already; of another stack, what its own rehearsal exports."""
        urn = urn_of(self._stack, self._project, request.parent, request.type, request.name)
        made = Registered(urn=urn, request=request, id=request.id)
        if request.type == STACK_REFERENCE:
            made.state = self._reference(request.id)
        elif not self._cold:
            made.state = request.properties
        self._keep(made)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=made.state)

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Only what the recording itself knows; a provider's function would need the provider."""
        if request.tok != "pulumi:pulumi:getResource":
            raise UnansweredError(request.tok, verb="calls the function")
        urn = request.args["urn"]
        with self._lock:
            made = self.registered.get(urn)
        if made is None:
            raise UnansweredError(urn, verb="looks for the resource")
        answer = struct_pb2.Struct()
        answer.update({"urn": urn, "id": made.id})
        answer.get_or_create_struct("state").CopyFrom(made.state)
        return resource_pb2.ResourceInvokeResponse(**{"return": answer})

    def Call(self, request: resource_pb2.ResourceCallRequest) -> None:
        """A method of a remote component; nobody is there to run it."""
        raise UnansweredError(request.tok, verb="calls the method")

    def RegisterPackage(
        self, request: resource_pb2.RegisterPackageRequest
    ) -> resource_pb2.RegisterPackageResponse:
        """A parameterised provider; its name is reference enough."""
        return resource_pb2.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def SignalAndWaitForShutdown(self, _request: empty_pb2.Empty) -> empty_pb2.Empty:
        """The program may end."""
        return empty_pb2.Empty()

    def _check(self, request: resource_pb2.RegisterResourceRequest, urn: str) -> None:
        """What the engine would refuse, and what a rehearsal cannot see into."""
        if request.remote:
            raise UnansweredError(request.type, verb="uses the remote component")
        package = request.type.partition(":")[0]
        implicit = request.custom and not request.provider and package != "pulumi"
        if implicit and self.default_providers_disabled & {package, "*"}:
            message = f"the default provider of {package} is disabled: {urn} needs an explicit one"
            raise RefusedError(message)

    def _keep(self, made: Registered) -> None:
        with self._lock:
            if made.urn in self.registered:
                message = f"two resources have the URN {made.urn}: give one another name"
                raise RefusedError(message)
            self.registered[made.urn] = made

    def _reference(self, name: str) -> struct_pb2.Struct:
        outputs = struct_of(self._references(name))
        secret = sorted(key for key, value in outputs.fields.items() if _is_secret(value))
        answer = struct_pb2.Struct()
        answer.update({"name": name, "secretOutputNames": secret})
        answer.get_or_create_struct("outputs").CopyFrom(outputs)
        return answer


class RecordingEngine:
    """Takes a program's messages."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.errors: list[str] = []
        self._say = say

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:
        """Information and warnings are passed on; an error fails the run, as in the engine."""
        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        elif request.severity != engine_pb2.DEBUG:
            self._say(request.message)
        return empty_pb2.Empty()

    def RequirePulumiVersion(
        self, _request: engine_pb2.RequirePulumiVersionRequest
    ) -> engine_pb2.RequirePulumiVersionResponse:
        """No engine, so no version of one to object to."""
        return engine_pb2.RequirePulumiVersionResponse()


def _is_secret(value: struct_pb2.Value) -> bool:
    return isinstance(value_of(value), Secret | Marker)
