"""Generated namespaces with LimitRanges and quotas: small and odd."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Manifest = dict[str, Any]


LEVEL = "pod-security.kubernetes.io/enforce"


GOLD, SILVER, BOXED, FREE = "adm-gold", "adm-silver", "adm-boxed", "adm-free"


CLASSES: tuple[Manifest, ...] = (
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": GOLD},
        "value": 1000,
    },
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": SILVER},
        "value": 10,
        "preemptionPolicy": "Never",
    },
    {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": BOXED},
        "handler": "boxed",
        "overhead": {"podFixed": {"cpu": "2", "memory": "1Gi"}},
    },
    {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": FREE},
        "handler": "free",
    },
)


CPU = ("0", "1m", "50m", "100m", "250m", "0.5", "1", "1.5", "2", "4")


MEMORY = ("0", "16Mi", "64Mi", "100M", "128Mi", "256Mi", "0.5Gi", "1Gi", "2e9", "4Gi")


STORAGE = ("64Mi", "1Gi", "2Gi", "5Gi", "1.5Gi", "3e9")


DEVICES = ("1", "2", "4")


PAGES = ("2Mi", "4Mi", "8Mi")


AMOUNTS: Mapping[str, Sequence[str]] = {
    "cpu": CPU,
    "memory": MEMORY,
    "ephemeral-storage": STORAGE,
    "example.com/fpga": DEVICES,
    "nvidia.com/gpu": DEVICES,
    "hugepages-2Mi": PAGES,
}


OVERCOMMIT = ("cpu", "memory", "ephemeral-storage")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One namespace, with what governs it."""

    namespace: Manifest
    governance: tuple[Manifest, ...] = ()
    accounts: tuple[Manifest, ...] = ()
    about: str = ""
    """What it is there to judge, if it is one thing."""
    stress: Callable[[Random, Manifest], Any] | None = None
    """What to do to objects so that it has something to judge."""

    @property
    def name(self) -> str:
        return str(self.namespace["metadata"]["name"])

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        return (self.namespace, *self.governance, *self.accounts)


def value_of(text: str) -> float:
    """Roughly, to sort by."""
    for suffix, factor in (("Mi", 2**20), ("Gi", 2**30), ("M", 10**6), ("m", 1e-3)):
        if text.endswith(suffix):
            return float(text.removesuffix(suffix)) * factor
    return float(text)


def two_of(rng: Random, name: str) -> tuple[str, str]:
    low, high = sorted((rng.choice(AMOUNTS[name]) for _ in range(2)), key=value_of)
    return low, high


def limit_range(rng: Random, name: str, space: str) -> Manifest:
    """Each sort of limit at most once, as the API server demands."""
    limits = []
    if rng.random() < 0.8:
        limits.append({"type": "Container", **_for_containers(rng)})
    if rng.random() < 0.4:
        limits.append({"type": "Pod", **_bounds(rng, ("cpu", "memory", "nvidia.com/gpu"), 0.6)})
    if rng.random() < 0.4 or not limits:
        low, high = sorted(rng.sample(STORAGE, 2), key=value_of)
        claim = {"min": {"storage": low}, "max": {"storage": high}}
        limits.append({"type": "PersistentVolumeClaim", **claim})
    metadata = {"name": name, "namespace": space}
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": metadata,
        "spec": {"limits": limits},
    }


def _bounds(rng: Random, names: Sequence[str], chance: float) -> Manifest:
    found: Manifest = {}
    for name in names:
        if rng.random() > chance:
            continue
        low, high = two_of(rng, name)
        if rng.random() < 0.4:
            found.setdefault("min", {})[name] = low
        if rng.random() < 0.6:
            found.setdefault("max", {})[name] = high
        if rng.random() < 0.3 and value_of(low) > 0 and name in OVERCOMMIT:
            ratio = rng.choice(("1", "1.5", "2", "4"))
            sharp = "min" not in found or "max" not in found or name not in found["min"]
            if sharp or value_of(high) / value_of(low) >= float(ratio):
                found.setdefault("maxLimitRequestRatio", {})[name] = ratio
    return found or {"max": {names[0]: max(AMOUNTS[names[0]], key=value_of)}}


def _for_containers(rng: Random) -> Manifest:
    """Bounds with defaults between them."""
    names = [*OVERCOMMIT[:2], *rng.sample(["ephemeral-storage", "nvidia.com/gpu"], 1)]
    found = _bounds(rng, names, 0.7)
    for name in names:
        low = found.get("min", {}).get(name, "0")
        high = found.get("max", {}).get(name, max(AMOUNTS[name], key=value_of))
        between = [v for v in AMOUNTS[name] if value_of(low) <= value_of(v) <= value_of(high)]
        request, limit = sorted((rng.choice(between) for _ in range(2)), key=value_of)
        if name not in OVERCOMMIT:
            request = limit
        if rng.random() < 0.6:
            found.setdefault("default", {})[name] = limit
        if rng.random() < 0.6:
            stated = found.get("default", {}).get(name) or found.get("max", {}).get(name)
            fits = stated is None or value_of(request) <= value_of(stated)
            if name in OVERCOMMIT and fits:
                found.setdefault("defaultRequest", {})[name] = request
    return found


_GROUPS: tuple[Mapping[str, Sequence[str]], ...] = (
    {
        "cpu": ("1", "2", "4"),
        "requests.cpu": ("500m", "1", "2", "6"),
        "limits.cpu": ("1", "2", "8"),
        "memory": ("1Gi", "4Gi"),
        "requests.memory": ("256Mi", "1Gi", "4Gi"),
        "limits.memory": ("512Mi", "2Gi", "8Gi"),
        "pods": ("0", "1", "3"),
        "count/pods": ("0", "2"),
    },
    {
        "requests.ephemeral-storage": ("1Gi", "4Gi"),
        "limits.ephemeral-storage": ("2Gi", "8Gi"),
        "requests.nvidia.com/gpu": ("0", "1", "4"),
        "requests.example.com/fpga": ("0", "2"),
        "hugepages-2Mi": ("4Mi", "16Mi"),
        "nvidia.com/gpu": ("0",),
    },
    {
        "services": ("0", "1", "3"),
        "services.nodeports": ("0", "1", "2"),
        "services.loadbalancers": ("0", "1"),
        "count/services": ("0", "1"),
    },
    {
        "persistentvolumeclaims": ("0", "1", "3"),
        "requests.storage": ("1Gi", "4Gi"),
        "fast.storageclass.storage.k8s.io/requests.storage": ("0", "2Gi"),
        "fast.storageclass.storage.k8s.io/persistentvolumeclaims": ("0", "1"),
        "count/persistentvolumeclaims": ("0", "1"),
    },
    {
        "configmaps": ("1", "2"),
        "secrets": ("0", "1"),
        "replicationcontrollers": ("0", "1"),
        "count/deployments.apps": ("0", "1"),
        "count/serviceaccounts": ("2", "3"),
        "count/configmaps": ("1", "2"),
        "count/jobs.batch": ("0", "2"),
    },
)
"""Keys of a quota with amounts that are soon reached."""


def quota(rng: Random, name: str, space: str) -> Manifest:
    """With no scope, one, or a selector."""
    spec: Manifest = {}
    chance, chosen = rng.random(), dict(_GROUPS[0])
    if chance < 0.55:
        chosen = {
            key: amounts
            for group in rng.sample(_GROUPS, 2)
            for key, amounts in rng.sample(sorted(group.items()), rng.randint(1, 3))
        }
    elif chance < 0.75:
        scope = rng.choice(("Terminating", "NotTerminating", "BestEffort", "NotBestEffort"))
        spec["scopes"] = [scope]
        if rng.random() < 0.2 and scope != "BestEffort":
            spec["scopes"].append("CrossNamespacePodAffinity")
        chosen = {"pods": ("0", "0", "1")}
        if scope != "BestEffort" and rng.random() < 0.5:
            chosen["requests.cpu"] = ("500m", "2")
    else:
        selector = _selector(rng)
        spec["scopeSelector"] = {"matchExpressions": [selector]}
        chosen = {"pods": ("0", "0", "1")}
        if selector["scopeName"] == "VolumeAttributesClass":
            chosen = {"persistentvolumeclaims": ("0", "1")}
    spec["hard"] = {key: rng.choice(amounts) for key, amounts in chosen.items()}
    metadata = {"name": name, "namespace": space}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": spec}


def _selector(rng: Random) -> Manifest:
    scope = rng.choice(
        ("PriorityClass", "PriorityClass", "CrossNamespacePodAffinity", "VolumeAttributesClass")
    )
    if scope == "CrossNamespacePodAffinity":
        return {"scopeName": scope, "operator": "Exists"}
    operator = rng.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    values = (GOLD, SILVER, "other") if scope == "PriorityClass" else ("swift", "slow")
    chosen: Manifest = {"scopeName": scope, "operator": operator}
    if operator in {"In", "NotIn"}:
        chosen["values"] = rng.sample(values, rng.randint(1, 2))
    return chosen


def governed(name: str, level: str, governance: tuple[Manifest, ...]) -> Setting:
    metadata = {"name": name, "labels": {LEVEL: level}}
    account = {"name": "worker", "namespace": name}
    return Setting(
        namespace={"apiVersion": "v1", "kind": "Namespace", "metadata": metadata},
        governance=governance,
        accounts=({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},),
    )


def setting(rng: Random, name: str) -> Setting:
    """A namespace with up to two LimitRanges and two quotas."""
    level = rng.choice(("privileged", "baseline"))
    ranges = [limit_range(rng, f"range-{n}", name) for n in range(rng.choice((0, 0, 1, 1, 2)))]
    quotas = [quota(rng, f"quota-{n}", name) for n in range(rng.choice((0, 1, 2, 2, 2)))]
    return governed(name, level, (*ranges, *quotas))
