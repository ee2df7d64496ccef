"""Which change of which field takes a new object: what the Kubernetes provider does, as data.

From the source of pulumi-kubernetes 4.25 (`provider/pkg/provider/diff.go`); an end-to-end test
holds it against the engine. `*` stands for any item of a list.
"""

from collections.abc import Mapping
from typing import Final

from assurance.graph.values import Gvk
from assurance.proofs.replacement.differences import Path

Pattern = tuple[str, ...]

_SELECTOR: Final[tuple[Pattern, ...]] = (("spec", "selector"),)
_SOURCES: Final = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc"),
    *("flexVolume", "flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local"),
    *("nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos"),
    "vsphereVolume",
)
_POD: Final = (
    *("affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks"),
    *("hostAliases", "hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets"),
    *("nodeName", "nodeSelector", "overhead", "preemptionPolicy", "priority", "priorityClassName"),
    *("readinessGates", "restartPolicy", "runtimeClassName", "schedulerName", "securityContext"),
    *("serviceAccount", "serviceAccountName", "shareProcessNamespace", "subdomain"),
    *("terminationGracePeriodSeconds", "volumes"),
)
_CONTAINER: Final = (
    *("args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports"),
    *("readinessProbe", "resources", "securityContext", "stdin", "stdinOnce", "tty"),
    *("terminationMessagePath", "terminationMessagePolicy", "volumeDevices", "volumeMounts"),
    "workingDir",
)


def _spec(*fields: str) -> tuple[Pattern, ...]:
    return tuple(("spec", field) for field in fields)


_ALWAYS: Final[tuple[Pattern, ...]] = (("metadata", "name"), ("metadata", "namespace"))
_BY_KIND: Final[Mapping[tuple[str, str], tuple[Pattern, ...]]] = {
    ("", "ConfigMap"): (("data",), ("binaryData",)),
    ("", "PersistentVolume"): _spec(*_SOURCES),
    ("", "PersistentVolumeClaim"): _spec(
        "accessModes", "selector", "storageClassName", "volumeName"
    ),
    ("", "Pod"): (
        *_spec(*_POD),
        *(
            ("spec", where, "*", field)
            for where in ("containers", "initContainers")
            for field in _CONTAINER
        ),
    ),
    ("", "ResourceQuota"): _spec("scopes"),
    ("", "Secret"): (("data",), ("stringData",), ("type",)),
    ("", "Service"): _spec("clusterIP"),
    ("apps", "DaemonSet"): _SELECTOR,
    ("apps", "Deployment"): _SELECTOR,
    ("apps", "StatefulSet"): _spec(
        *("podManagementPolicy", "revisionHistoryLimit", "selector", "serviceName"),
        "volumeClaimTemplates",
    ),
    ("batch", "Job"): _spec("completions", "parallelism", "selector", "template"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): (("roleRef",),),
    ("rbac.authorization.k8s.io", "RoleBinding"): (("roleRef",),),
    ("storage.k8s.io", "StorageClass"): (("parameters",), ("provisioner",)),
}
_REFUSED: Final[Mapping[tuple[str, str], tuple[Pattern, ...]]] = {
    ("", "PersistentVolumeClaim"): _spec("dataSource", "dataSourceRef", "volumeMode"),
    ("batch", "Job"): _spec("completionMode", "podFailurePolicy", "successPolicy"),
    ("networking.k8s.io", "IngressClass"): _spec("controller"),
    ("node.k8s.io", "RuntimeClass"): (("handler",),),
    ("scheduling.k8s.io", "PriorityClass"): (("preemptionPolicy",), ("value",)),
    ("storage.k8s.io", "StorageClass"): (("reclaimPolicy",), ("volumeBindingMode",)),
}
"""What the API server does not let anybody change, and the provider tries to change in place."""


def replaces(kind: Gvk, path: Path) -> bool:
    """Whether the provider makes the object anew where this part has changed."""
    return _any(path, (*_ALWAYS, *_BY_KIND.get((kind.group, kind.kind), ())))


def is_refused(kind: Gvk, path: Path) -> bool:
    """Whether the API server would refuse to change this part in place."""
    return _any(path, _REFUSED.get((kind.group, kind.kind), ()))


def _any(path: Path, patterns: tuple[Pattern, ...]) -> bool:
    return any(_below(path, pattern) for pattern in patterns)


def _below(path: Path, pattern: Pattern) -> bool:
    """At the pattern or below it; a part that is new or gone as a whole holds what is below."""
    return all(
        (want == "*" and isinstance(have, int)) or want == have
        for want, have in zip(pattern, path, strict=False)
    )
