"""What objects other than pods are charged, and what they bring about without showing it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.admission.amounts import (
    amounts,
    give_up,
    items,
    mapping,
    plain,
    text,
    whole,
)
from assurance.proofs.admission.quotas import CLASS

_ONE = Decimal(1)
_ALIASES = ("configmaps", "replicationcontrollers", "resourcequotas", "secrets")
"""Counted under their bare name as well."""
_KEPT = 10
"""Revisions that are kept where nobody says how many."""
_LEGACY_CLASS = "volume.beta.kubernetes.io/storage-class"


def stated_plurals(objects: list[KubernetesObject]) -> dict[tuple[str, str], str]:
    """What the CustomResourceDefinitions of a graph say."""
    found = {}
    for item in objects:
        if item.gvk.kind == "CustomResourceDefinition":
            spec = item.manifest.get("spec")
            names = spec.get("names") if isinstance(spec, Mapping) else None
            if isinstance(spec, Mapping) and isinstance(names, Mapping):
                found[str(spec.get("group")), str(names.get("kind"))] = str(names.get("plural"))
    return found


def counted(group: str, name: str) -> dict[str, Decimal]:
    """One object of a resource."""
    keys = [f"count/{name}.{group}" if group else f"count/{name}"]
    if not group and name in _ALIASES:
        keys.append(name)
    return dict.fromkeys(keys, _ONE)


def service_charge(manifest: Mapping[str, Any]) -> dict[str, Decimal]:
    """A Service, and the ports that it takes on nodes."""
    spec = mapping(manifest.get("spec"), "spec")
    ports = items(spec.get("ports"), "spec.ports")
    kind = text(spec.get("type"), "spec.type")
    taken = 0
    if kind in {"NodePort", "LoadBalancer"}:
        allocated = plain(spec.get("allocateLoadBalancerNodePorts"), "spec.allocate…NodePorts")
        explicit = kind == "LoadBalancer" and allocated is False
        taken = sum(1 for port in ports if not explicit or port.get("nodePort"))
    return {
        "count/services": _ONE,
        "services": _ONE,
        "services.loadbalancers": Decimal(int(kind == "LoadBalancer")),
        "services.nodeports": Decimal(taken),
    }


def claim_charge(spec: Mapping[str, Any], storage_class: str, place: str) -> dict[str, Decimal]:
    """A PersistentVolumeClaim; `storage_class` is empty where it has none."""
    claims, storage = "persistentvolumeclaims", "requests.storage"
    found = {f"count/{claims}": _ONE, claims: _ONE}
    requests = claim_requests(spec, place)
    if "storage" in requests:
        found[storage] = whole(requests["storage"])
    if storage_class:
        here = f"{storage_class}{CLASS}"
        found |= {f"{here}{name}": found[name] for name in (claims, storage) if name in found}
    return found


def claim_requests(spec: Mapping[str, Any], place: str) -> dict[str, Decimal]:
    """What a claim requests."""
    resources = mapping(spec.get("resources"), f"{place}.resources")
    return amounts(resources.get("requests"), f"{place}.resources.requests")


def claim_class(manifest: Mapping[str, Any], place: str) -> str | None:
    """The class that a claim names: empty for none at all, None where the default one counts."""
    metadata = mapping(manifest.get("metadata"), f"{place}metadata")
    annotations = mapping(metadata.get("annotations"), f"{place}metadata.annotations")
    older = text(annotations.get(_LEGACY_CLASS), f"{place}metadata.annotations")
    spec = mapping(manifest.get("spec"), f"{place}spec")
    named = text(spec.get("storageClassName"), f"{place}spec.storageClassName")
    return named if older is None else older


def brought(item: KubernetesObject) -> Iterator[tuple[dict[str, Decimal], int, int | None]]:
    """Objects that Kubernetes' own controllers make for one: each, at the least and at the most."""
    spec = mapping(item.manifest.get("spec"), "spec")
    match item.gvk.group, item.gvk.kind:
        case "apps", "Deployment":
            kept = _number(spec, "revisionHistoryLimit", _KEPT)
            yield counted("apps", "replicasets"), 1, kept + 2
        case "apps", "StatefulSet" | "DaemonSet":
            kept = _number(spec, "revisionHistoryLimit", _KEPT)
            yield counted("apps", "controllerrevisions"), 1, kept + 2
        case "batch", "CronJob":
            yield counted("batch", "jobs"), 0, _runs(spec)
        case "serving.kserve.io", "InferenceService":
            yield counted("apps", "deployments"), 1, 1
            yield counted("apps", "replicasets"), 1, _KEPT + 2
            yield counted("autoscaling", "horizontalpodautoscalers"), 0, 1
            yield {**counted("", "services"), "services": _ONE}, 1, 2
        case "", "Service" if spec.get("selector"):
            yield counted("", "endpoints"), 1, 1
            yield counted("discovery.k8s.io", "endpointslices"), 1, None


def pods_at_most(item: KubernetesObject) -> int | None:
    """Pods of a Job or CronJob, those that have ended too; they stay until their Job goes."""
    spec = mapping(item.manifest.get("spec"), "spec")
    if item.gvk.kind == "Job":
        return _of_job(spec, "spec")
    if item.gvk.kind != "CronJob":
        return None
    place = "spec.jobTemplate.spec"
    template = mapping(spec.get("jobTemplate"), "spec.jobTemplate")
    each, runs = _of_job(mapping(template.get("spec"), place), place), _runs(spec)
    return None if each is None or runs is None else each * runs


def _of_job(spec: Mapping[str, Any], place: str) -> int | None:
    """Those that end well, those that may fail, and twice those that run at a time.

    A failure that a policy lets pass is not counted by anybody.
    """
    if spec.get("podFailurePolicy") is not None or spec.get("backoffLimitPerIndex") is not None:
        return None
    at_a_time = _number(spec, "parallelism", 1, place)
    return (
        _number(spec, "completions", at_a_time, place)
        + _number(spec, "backoffLimit", 6, place)
        + 2 * at_a_time
    )


def _runs(spec: Mapping[str, Any]) -> int | None:
    """Jobs of a CronJob that there are at a time, those that have ended too."""
    kept = _number(spec, "successfulJobsHistoryLimit", 3)
    kept += _number(spec, "failedJobsHistoryLimit", 1)
    return kept + 1 if spec.get("concurrencyPolicy") in {"Forbid", "Replace"} else None


def _number(spec: Mapping[str, Any], key: str, default: int, place: str = "spec") -> int:
    found = plain(spec.get(key), f"{place}.{key}")
    if found is None:
        return default
    if isinstance(found, bool) or not isinstance(found, int | float):
        give_up(f"{place}.{key}", "is no number")
    return int(found)
