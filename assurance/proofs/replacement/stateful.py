"""What is lost with a resource: which types hold what cannot simply be made again."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject, object_of
from assurance.graph.resource import Resource

_AZURE = "azure-native:"
_TYPES: Final = (
    ("aws:eks/cluster:Cluster", "cluster"),
    (f"{_AZURE}containerservice*:ManagedCluster", "cluster"),
    ("pulumi-python:dynamic/kind:Cluster", "cluster"),
    ("aws:eks/nodeGroup:NodeGroup", "node-group"),
    (f"{_AZURE}containerservice*:AgentPool", "node-group"),
    ("aws:rds/instance:Instance", "database"),
    ("aws:rds/cluster:Cluster", "database"),
    ("aws:dynamodb/table:Table", "database"),
    (f"{_AZURE}dbforpostgresql*:*Server", "database"),
    (f"{_AZURE}dbforpostgresql*:Database", "database"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "cache"),
    ("aws:elasticache/cluster:Cluster", "cache"),
    (f"{_AZURE}redis*:Redis*", "cache"),
    (f"{_AZURE}redisenterprise*:Database", "cache"),
    ("aws:s3/bucket:Bucket", "bucket"),
    (f"{_AZURE}storage*:StorageAccount", "bucket"),
    (f"{_AZURE}storage*:BlobContainer", "bucket"),
    ("aws:ecr/repository:Repository", "registry"),
    (f"{_AZURE}containerregistry*:Registry", "registry"),
    ("aws:ebs/volume:Volume", "volume"),
    ("aws:efs/fileSystem:FileSystem", "volume"),
    ("aws:kms/key:Key", "key"),
    (f"{_AZURE}keyvault*:Key", "key"),
    (f"{_AZURE}keyvault*:Vault", "key"),
    ("tls:index/privateKey:PrivateKey", "key"),
    ("aws:iam/accessKey:AccessKey", "credential"),
    ("aws:secretsmanager/secret:Secret", "credential"),
    (f"{_AZURE}keyvault*:Secret", "credential"),
    ("random:index/random*:Random*", "credential"),
    ("pulumi-python:dynamic/credential:Credential", "credential"),
    ("pulumi-python:dynamic/credentials:Words", "credential"),
)
"""Types by pattern; what only configures one of them (a policy, say) holds nothing."""
_OBJECTS: Final[Mapping[tuple[str, str], str]] = {
    ("", "PersistentVolume"): "volume",
    ("", "PersistentVolumeClaim"): "claim",
    ("postgresql.cnpg.io", "Cluster"): "database",
}
LOST: Final[Mapping[str, str]] = {
    "bucket": "everything stored in it",
    "cache": "everything cached in it, and the address that clients know",
    "claim": "the data on its volume",
    "cluster": "everything that runs on it, and its volumes",
    "credential": "the credential that clients have",
    "database": "all of its data",
    "key": "everything that it has encrypted",
    "namespace": "the data on the claims in it",
    "node-group": "its nodes, and what runs on them until others are there",
    "registry": "the images in it",
    "stateful-set": "the bond between its pods and the data on their volumes",
    "volume": "the data on it",
}
"""By kind of state, what is gone with it. A Secret is none: the stack file holds its values."""


def state_of(resource: Resource, graph: Graph) -> str | None:
    """What kind of state a resource holds, in the graph that it stands in; None is none."""
    item = object_of(resource)
    if item is None:
        found = (state for pattern, state in _TYPES if fnmatchcase(resource.type, pattern))
        return next(found, None) if resource.custom else None
    if _claims(item):
        return "stateful-set"
    if item.gvk.kind == "Namespace" and not item.gvk.group:
        inside = (each for each in graph.objects() if each.namespace == item.name)
        return "namespace" if any(map(_holds_claims, inside)) else None
    return _OBJECTS.get((item.gvk.group, item.gvk.kind))


def _holds_claims(item: KubernetesObject) -> bool:
    return _claims(item) or (item.gvk.group, item.gvk.kind) in _OBJECTS


def _claims(item: KubernetesObject) -> bool:
    """A StatefulSet whose pods have volumes of their own."""
    spec: Any = item.manifest.get("spec")
    templates = spec.get("volumeClaimTemplates") if isinstance(spec, Mapping) else None
    return (item.gvk.group, item.gvk.kind) == ("apps", "StatefulSet") and bool(templates)
