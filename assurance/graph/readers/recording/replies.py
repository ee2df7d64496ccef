"""What a resource's registration is answered with once everything stands: the warm mode.

Nothing here is looked up anywhere: ids, addresses and times follow from the URN, so that two runs
agree. A field that cannot be foretold is left out, and stays unknown to the program.
"""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from assurance.graph.kubernetes import PREFIX
from assurance.graph.readers.recording import azure

_NAMESPACE = uuid.UUID("6f0d3c1e-8f0a-5b7e-9a55-2f6f3a1f5d10")
STASH = "pulumi:index:Stash"
"""The engine's own resource that keeps what it is given."""
_CREATED = "2000-01-01T00:00:00Z"


def warm(request: resource_pb2.RegisterResourceRequest, urn: str) -> tuple[str, struct_pb2.Struct]:
    """The id and the outputs of a custom resource that exists."""
    outputs = struct_pb2.Struct()
    outputs.CopyFrom(request.object)
    if "__provider" in outputs.fields:  # a dynamic resource's own code
        del outputs.fields["__provider"]
    if request.type.startswith(PREFIX) and _has_manifest(outputs):
        return _kubernetes(request.name, urn, outputs), outputs
    if request.type == STASH and "input" in outputs.fields:
        outputs.fields["output"].CopyFrom(outputs.fields["input"])
    azure.observe(request.type, outputs, lambda purpose: unique(f"{urn}#{purpose}"))
    return str(unique(urn)), outputs


def unique(urn: str) -> uuid.UUID:
    """The same for the same URN, today and tomorrow."""
    return uuid.uuid5(_NAMESPACE, urn)


def address(urn: str, block: str) -> str:
    """An address of a /16, chosen by the URN: `address(urn, "10.96")`."""
    digest = hashlib.sha256(urn.encode()).digest()
    return f"{block}.{digest[0]}.{digest[1]}"


def _has_manifest(outputs: struct_pb2.Struct) -> bool:
    return "apiVersion" in outputs.fields and "kind" in outputs.fields


def _kubernetes(name: str, urn: str, outputs: struct_pb2.Struct) -> str:
    """Add what the API server adds, and return the id."""
    metadata = outputs.get_or_create_struct("metadata")
    if "name" not in metadata.fields:
        metadata["name"] = f"{name}-{unique(urn).hex[:8]}"
    metadata["uid"] = str(unique(urn))
    metadata["creationTimestamp"] = _CREATED
    metadata["generation"] = 1
    metadata["resourceVersion"] = "1"
    for key, value in _observed(urn, outputs).items():
        outputs.get_or_create_struct(key).update(value)
    namespace = metadata.fields["namespace"].string_value if "namespace" in metadata.fields else ""
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def _observed(urn: str, outputs: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    """Status, and the parts of spec that the cluster fills in, by kind."""
    spec = outputs["spec"] if "spec" in outputs.fields else struct_pb2.Struct()
    observe = _BY_KIND.get(outputs["kind"])
    return observe(urn, spec) if observe is not None else {}


def _namespace(_urn: str, _spec: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    return {"status": {"phase": "Active"}}


def _workload(_urn: str, spec: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    count = spec.fields["replicas"].number_value if "replicas" in spec.fields else 1
    counted = ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")
    available = [{"type": "Available", **_TRUE}]
    return {"status": {**dict.fromkeys(counted, count), "conditions": available}}


def _job(_urn: str, _spec: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    return {"status": {"succeeded": 1, "conditions": [{"type": "Complete", **_TRUE}]}}


def _claim(urn: str, _spec: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    return {"status": {"phase": "Bound"}, "spec": {"volumeName": f"pvc-{unique(urn)}"}}


def _quota(_urn: str, spec: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    hard = dict(spec["hard"]) if "hard" in spec.fields else {}
    return {"status": {"hard": hard, "used": dict.fromkeys(hard, "0")}}


def _service(urn: str, spec: struct_pb2.Struct) -> Mapping[str, Mapping[str, Any]]:
    kind = spec.fields["type"].string_value if "type" in spec.fields else "ClusterIP"
    if kind == "ExternalName":
        return {}
    ip = spec["clusterIP"] if "clusterIP" in spec.fields else address(urn, "10.96")
    given = {"spec": {"clusterIP": ip, "clusterIPs": [ip]}}
    if kind == "LoadBalancer":
        ingress = [{"ip": address(urn, "198.18")}]
        return {**given, "status": {"loadBalancer": {"ingress": ingress}}}
    return given


_TRUE = {"status": "True", "reason": "Rehearsed", "lastTransitionTime": _CREATED}
_BY_KIND = {
    "Deployment": _workload,
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "ReplicaSet": _workload,
    "ResourceQuota": _quota,
    "Service": _service,
    "StatefulSet": _workload,
}
