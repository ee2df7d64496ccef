"""How many pods: fixed, or between bounds by how busy they are."""

from components.manifests import Manifest
from components.tenancy.labels import selector
from components.tenancy.workloads.section import ServiceConfig


def fixed_replicas(config: ServiceConfig) -> dict[str, int]:
    """The `replicas` field; left out where an autoscaler owns it, or every `up` would reset it."""
    return {} if scales(config) else {"replicas": config.replicas.min}


def scales(config: ServiceConfig) -> bool:
    """Whether the number of pods follows the load."""
    return config.replicas.max is not None and config.replicas.max > config.replicas.min


def autoscaler(name: str, config: ServiceConfig, kind: str) -> Manifest | None:
    """An autoscaler on CPU; None for a fixed number of pods."""
    if not scales(config):
        return None
    target = {"type": "Utilization", "averageUtilization": config.replicas.cpu_target}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
            "minReplicas": config.replicas.min,
            "maxReplicas": config.replicas.max,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        },
    }


def disruption_budget(name: str, config: ServiceConfig) -> Manifest | None:
    """One pod at a time may be drained; None for a single pod, whose node could never be."""
    if config.replicas.min < 2:  # noqa: PLR2004 - one pod less must leave one
        return None
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(name)},
        },
    }
