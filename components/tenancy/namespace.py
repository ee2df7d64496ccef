"""A team's namespace and the limits that stand in it."""

from collections.abc import Iterable
from typing import Any

from assurance.graph.values import CLASS, Pool
from components.manifests import Manifest
from components.tenancy.defaults import ResolvedAmounts, ResolvedContainers, ResolvedQuota
from components.tenancy.labels import team_labels
from components.tenancy.section import PodSecurity

POD_SECURITY_VERSION = "v1.35"
"""The rules that are meant, so that an upgrade of the cluster does not change them silently."""

DEFAULT_GPU = "nvidia.com/gpu"
DISK = "ephemeral-storage"
"""What Kubernetes calls a node's own disk: logs, scratch volumes and what containers write."""

_CORE_COUNTS = frozenset(
    {
        "configmaps",
        "persistentvolumeclaims",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "services",
        "services.loadbalancers",
        "services.nodeports",
    }
)
"""What a quota counts under its bare name; all else is spelled `count/<resource>.<group>`."""


def namespace(team: str, level: PodSecurity) -> Manifest:
    """The namespace; pods that its Pod Security level does not allow are refused on arrival."""
    labels = {
        **team_labels(team),
        CLASS: "team",
        **pod_security_labels(level),
    }
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": team, "labels": labels},
    }


def pod_security_labels(level: PodSecurity) -> dict[str, str]:
    """What makes the API server hold a namespace's pods to a level."""
    return {
        f"pod-security.kubernetes.io/{mode}{suffix}": value
        for mode in ("enforce", "audit", "warn")
        for suffix, value in (("", level), ("-version", POD_SECURITY_VERSION))
    }


def quota(team: str, config: ResolvedQuota, gpu_types: Iterable[str] = ()) -> Manifest:
    """The most that the team may ask for at once."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "quota", "namespace": team},
        "spec": {"hard": hard_limits(config, gpu_types)},
    }


def hard_limits(config: ResolvedQuota, gpu_types: Iterable[str] = ()) -> dict[str, str]:
    """The quota as Kubernetes spells it; GPUs are stated even if 0, as what is not is unlimited.

    Of the usual kind none are promised where the pools have another.
    """
    gpus = {DEFAULT_GPU: 0, **dict.fromkeys(tuple(gpu_types) or (DEFAULT_GPU,), config.gpu)}
    counts = {"services.loadbalancers": 0, "services.nodeports": 0, **config.counts}
    hard = {
        "requests.cpu": config.cpu,
        "limits.cpu": config.limits.cpu,
        "requests.memory": config.memory,
        "limits.memory": config.limits.memory,
        f"requests.{DISK}": config.disk,
        f"limits.{DISK}": config.limits.disk,
        "requests.storage": config.storage,
        "pods": str(config.pods),
        **{f"requests.{gpu}": str(count) for gpu, count in gpus.items()},
        **{_counted(resource): str(count) for resource, count in counts.items()},
    }
    return dict(sorted(hard.items()))


def container_limits(team: str, config: ResolvedContainers) -> Manifest:
    """What a container gets if it does not say, and the most that it may ask for.

    No GPUs: a default would give one to every container.
    """
    limits: list[dict[str, Any]] = [
        {"type": "Container", **container_amounts(config)},
        {"type": "Pod", "max": pod_maximum(config)},
    ]
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "containers", "namespace": team},
        "spec": {"limits": limits},
    }


def container_amounts(config: ResolvedContainers) -> dict[str, dict[str, str]]:
    """A LimitRange's amounts, as Kubernetes spells them."""
    return {
        "default": _amounts(config.limits),
        "defaultRequest": _amounts(config.requests),
        "max": _amounts(config.maximum),
    }


def pod_maximum(config: ResolvedContainers) -> dict[str, str]:
    """What all containers and scratch volumes of a pod may take of its node's disk together."""
    return {DISK: config.maximum.disk}


def gpu_types(pools: Iterable[Pool]) -> tuple[str, ...]:
    """Every kind of GPU that the cluster has or may be asked for."""
    found = {pool.shape.gpu_type for pool in pools if pool.shape.gpu_type}
    return tuple(sorted(found or {DEFAULT_GPU}))


def _amounts(amounts: ResolvedAmounts) -> dict[str, str]:
    return {"cpu": amounts.cpu, "memory": amounts.memory, DISK: amounts.disk}


def _counted(resource: str) -> str:
    if resource in _CORE_COUNTS or resource.startswith("count/"):
        return resource
    return f"count/{resource}"
