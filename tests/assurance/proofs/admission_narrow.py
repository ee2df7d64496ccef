"""Namespaces whose quota or limits decide about one thing each."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.assurance.proofs.admission_arrivals import with_affinity
from tests.assurance.proofs.admission_settings import BOXED, GOLD, Manifest, Setting, governed

Stress = Callable[[Random, Manifest], Any]


def _measured(rng: Random, spec: Manifest) -> None:
    """Containers that state what a quota on CPU wants, with overhead or a silent init container."""
    for one in (*spec["containers"], *spec.get("initContainers", ())):
        amounts = {"cpu": rng.choice(("100m", "500m")), "memory": "64Mi"}
        one["resources"] = {"requests": amounts, "limits": amounts}
    spec.pop("resources", None)
    if rng.random() < 0.5:
        spec["runtimeClassName"] = BOXED
    elif rng.random() < 0.3:
        spec["initContainers"] = [{"name": "silent", "image": "registry.example.com/a:1"}]


def _spread(rng: Random, spec: Manifest) -> None:
    """Limits twice the request, and a little to either side."""
    for one in (*spec["containers"], *spec.get("initContainers", ())):
        limit = rng.choice(("1", "1", "1", "999m", "1001m"))
        one["resources"] = {"requests": {"cpu": "500m"}, "limits": {"cpu": limit}}
    spec.pop("resources", None)


def _balanced(rng: Random, spec: Manifest) -> None:
    spec["type"] = "LoadBalancer"
    spec["allocateLoadBalancerNodePorts"] = rng.random() < 0.4


def _chosen(scope: str, operator: str, *values: str) -> Manifest:
    stated = {"scopeName": scope, "operator": operator}
    return {"matchExpressions": [stated | ({"values": list(values)} if values else {})]}


NARROW: tuple[tuple[str, Manifest, Stress | None], ...] = (
    ("pods", {"hard": {"pods": "0"}, "scopes": ["BestEffort"]}, None),
    ("pods", {"hard": {"pods": "0"}, "scopes": ["NotBestEffort"]}, None),
    ("pods", {"hard": {"pods": "0"}, "scopes": ["Terminating"]}, None),
    ("pods", {"hard": {"pods": "0"}, "scopes": ["NotTerminating"]}, None),
    ("pods", {"hard": {"pods": "0"}, "scopes": ["CrossNamespacePodAffinity"]}, with_affinity),
    ("pods", {"hard": {"pods": "0"}, "scopeSelector": _chosen("PriorityClass", "In", GOLD)}, None),
    (
        "pods",
        {"hard": {"pods": "0"}, "scopeSelector": _chosen("PriorityClass", "NotIn", GOLD)},
        None,
    ),
    (
        "pods",
        {"hard": {"pods": "0"}, "scopeSelector": _chosen("PriorityClass", "DoesNotExist")},
        None,
    ),
    ("pods", {"hard": {"pods": "0"}, "scopeSelector": _chosen("PriorityClass", "Exists")}, None),
    ("pods", {"hard": {"requests.cpu": "3", "limits.memory": "4Gi"}}, _measured),
    ("pods", {"hard": {"cpu": "2500m"}}, _measured),
    ("pods", {"hard": {"requests.nvidia.com/gpu": "1", "requests.example.com/fpga": "1"}}, None),
    ("pods", {"hard": {"requests.ephemeral-storage": "2Gi", "hugepages-2Mi": "4Mi"}}, None),
    ("pods", {"limits": [{"type": "Pod", "min": {"cpu": "1"}}]}, None),
    ("pods", {"limits": [{"type": "Pod", "min": {"memory": "1Gi"}}]}, None),
    (
        "pods",
        {"limits": [{"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}}]},
        _spread,
    ),
    ("services", {"hard": {"services.nodeports": "1"}}, _balanced),
    ("services", {"hard": {"services.loadbalancers": "0", "services": "1"}}, None),
    ("claims", {"hard": {"fast.storageclass.storage.k8s.io/requests.storage": "1Gi"}}, None),
    ("counted", {"hard": {"configmaps": "1", "secrets": "0", "count/jobs.batch": "0"}}, None),
)
"""Quotas and limits that decide about one thing each, and what they are about."""


def narrow(number: int, name: str) -> Setting:
    """A namespace with one of them, and nothing that would speak first."""
    about, spec, stress = NARROW[number]
    kind = "ResourceQuota" if "hard" in spec else "LimitRange"
    metadata = {"name": "narrow", "namespace": name}
    one = {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec}
    return replace(governed(name, "privileged", (one,)), about=about, stress=stress)
