"""What a team's own manifest may be: workloads and what belongs to them, in the team's namespace.

Governance (limits, roles, policies), secrets and whatever reaches beyond the namespace have a place
in the stack file instead, where they can be proved. Shapes are not checked here: every object that
is registered is validated against Kubernetes' schemas, its pods against the team's Pod Security.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

Manifest = Mapping[str, Any]

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST_NAME = 253

_OURS = ("ml-platform/", "pulumi.com/")
"""Prefixes of labels and annotations that say what the platform knows about an object."""

_EVERYWHERE = "sealedsecrets.bitnami.com/cluster-wide"

_OF_THE_CLUSTER = (
    "creationTimestamp",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "ClusterRole": "roles are the platform's; write teams.<team>.members",
        "ClusterRoleBinding": "roles are the platform's; write teams.<team>.members",
        "DaemonSet": "runs on every node of the cluster, also on those that others pay for",
        "Ingress": "traffic from outside comes through the platform's gateway",
        "LimitRange": "write teams.<team>.containers",
        "Namespace": "a team has one namespace, which the platform makes",
        "NetworkPolicy": "write what you need in teams.<team>.needs; the policies follow from it",
        "Pod": "a bare pod is not restarted; write a Deployment or a Job",
        "ResourceQuota": "write teams.<team>.quota",
        "Role": "roles are the platform's; write teams.<team>.members",
        "RoleBinding": "roles are the platform's; write teams.<team>.members",
        "Secret": "a file is readable by all; write it, encrypted, under ml-platform:secrets",
    }
)
"""Why a kind is refused, where there is something better to say than that it is not on the list."""


def violations(team: str, value: Any, *, sealed: bool = False) -> Iterator[str]:
    """Everything that keeps an object from being accepted."""
    if not isinstance(value, Mapping):
        yield f"expected an object with apiVersion, kind and metadata, got {type(value).__name__}"
        return
    api_version, kind = str(value.get("apiVersion")), str(value.get("kind"))
    check = ALLOWED.get((api_version, kind))
    if check is None:
        yield _refusal(api_version, kind)
        return
    if check is _sealed and not sealed:
        yield f"{kind} is refused: nobody opens it; write platform.secrets: {{ kind: sealed }}"
        return
    metadata = value.get("metadata")
    if not isinstance(metadata, Mapping):
        yield "expected metadata with a name"
        return
    yield from _metadata(team, metadata)
    if "status" in value:
        yield "expected no status: it is the cluster's to write"
    yield from check(value)


def _refusal(api_version: str, kind: str) -> str:
    versions = [version for version, known in ALLOWED if known == kind]
    if versions:
        return f"expected apiVersion {versions[0]} for {kind}, got {api_version}"
    if kind in REASONS:
        return f"{kind} is refused: {REASONS[kind]}"
    kinds = ", ".join(kind for _, kind in ALLOWED)
    return f"expected one of {kinds}; got {api_version} {kind}"


def _metadata(team: str, metadata: Manifest) -> Iterator[str]:
    name = metadata.get("name")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not _SUBDOMAIN.fullmatch(name):
        yield f"metadata.name: expected lower-case letters, digits, - and dots, got {name!r}"
    namespace = metadata.get("namespace", team)
    if namespace != team:
        yield f"metadata.namespace: expected {team} or nothing, got {namespace!r}"
    for field in _OF_THE_CLUSTER:
        if field in metadata:
            yield f"metadata.{field}: expected nothing: it is the cluster's to write"
    yield from _prefixes("metadata", metadata)


def _prefixes(where: str, metadata: Any) -> Iterator[str]:
    if not isinstance(metadata, Mapping):
        return
    for part in ("labels", "annotations"):
        given = metadata.get(part)
        for key in given if isinstance(given, Mapping) else ():
            if str(key).startswith(_OURS):
                yield f"{where}.{part}.{key}: expected a prefix of your own, not the platform's"


def _plain(_value: Manifest) -> Iterator[str]:
    return iter(())


def _pods(value: Manifest) -> Iterator[str]:
    """Pods may not pass for those of a workload in the stack file, whose needs they would get."""
    for path, template in _templates("spec", value.get("spec")):
        yield from _prefixes(f"{path}.metadata", template.get("metadata"))
        spec = template.get("spec")
        if isinstance(spec, Mapping) and spec.get("nodeName"):
            yield f"{path}.spec.nodeName: expected nothing: the scheduler finds a node"


def _templates(path: str, value: Any) -> Iterator[tuple[str, Manifest]]:
    """Pod, Job and claim templates, wherever they stand in a spec."""
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        if key in {"template", "jobTemplate"} and isinstance(inner, Mapping):
            yield f"{path}.{key}", inner
            yield from _templates(f"{path}.{key}.spec", inner.get("spec"))
        elif key == "volumeClaimTemplates" and isinstance(inner, list):
            for index, claim in enumerate(inner):
                if isinstance(claim, Mapping):
                    yield f"{path}.{key}[{index}]", claim


def _service(value: Manifest) -> Iterator[str]:
    spec = value.get("spec")
    if not isinstance(spec, Mapping):
        return
    if spec.get("type", "ClusterIP") != "ClusterIP":
        yield f"spec.type: expected ClusterIP: only the gateway faces outside; got {spec['type']}"
    for field in ("externalIPs", "externalName", "loadBalancerIP", "loadBalancerClass"):
        if field in spec:
            yield f"spec.{field}: expected nothing: it would draw in, or send out, others' traffic"


def _service_account(value: Manifest) -> Iterator[str]:
    """An annotation can make a ServiceAccount somebody in the cloud; that is granted, not taken."""
    metadata = value.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("annotations"):
        yield "metadata.annotations: expected none: the platform grants what an account may do"
    for field in sorted(value.keys() - {"apiVersion", "kind", "metadata", "imagePullSecrets"}):
        if field != "automountServiceAccountToken" or value[field] is not False:
            yield f"{field}: expected nothing beside imagePullSecrets and no mounted token"


def _budget(value: Manifest) -> Iterator[str]:
    """Under one that lets no pod go, no node that runs one could ever be drained."""
    spec = value.get("spec")
    if not isinstance(spec, Mapping):
        return
    for field, never in (("maxUnavailable", (0, "0", "0%")), ("minAvailable", ("100%",))):
        if spec.get(field) in never:
            yield f"spec.{field}: expected a budget that lets a pod go, got {spec[field]}"


def _sealed(value: Manifest) -> Iterator[str]:
    """Sealed for all namespaces, another team could open it in its own."""
    metadata, spec = value.get("metadata"), value.get("spec")
    template = spec.get("template") if isinstance(spec, Mapping) else None
    inner = template.get("metadata") if isinstance(template, Mapping) else None
    for where, found in (("metadata", metadata), ("spec.template.metadata", inner)):
        given = found.get("annotations") if isinstance(found, Mapping) else None
        if isinstance(given, Mapping) and _EVERYWHERE in given:
            yield f"{where}.annotations.{_EVERYWHERE}: expected a secret sealed for this namespace"


Check = Callable[[Manifest], Iterator[str]]

ALLOWED: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        ("apps/v1", "Deployment"): _pods,
        ("apps/v1", "StatefulSet"): _pods,
        ("autoscaling/v2", "HorizontalPodAutoscaler"): _plain,
        ("bitnami.com/v1alpha1", "SealedSecret"): _sealed,
        ("batch/v1", "CronJob"): _pods,
        ("batch/v1", "Job"): _pods,
        ("policy/v1", "PodDisruptionBudget"): _budget,
        ("v1", "ConfigMap"): _plain,
        ("v1", "PersistentVolumeClaim"): _plain,
        ("v1", "Service"): _service,
        ("v1", "ServiceAccount"): _service_account,
    }
)
"""The kinds that a team writes itself, and what is checked of each beside its metadata."""
