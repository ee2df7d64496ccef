"""Generated namespaces with LimitRanges and quotas, and objects that meet them: small and odd."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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


def _two(rng: Random, name: str) -> tuple[str, str]:
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
        low, high = _two(rng, name)
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


def _setting(name: str, level: str, governance: tuple[Manifest, ...]) -> Setting:
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
    return _setting(name, level, (*ranges, *quotas))


def _resources(rng: Random, names: Sequence[str]) -> Manifest:
    """Mostly what is valid: a request up to the limit, devices alike in both."""
    found: Manifest = {}
    for name in names:
        low, high = _two(rng, name)
        if name not in OVERCOMMIT:
            low = high if rng.random() < 0.95 else low
        elif rng.random() < 0.03:
            low, high = high, low
        stated = rng.choice(("limits", "requests", "both", "both"))
        if name not in OVERCOMMIT and stated == "requests" and rng.random() < 0.9:
            stated = "limits"
        if stated != "requests":
            found.setdefault("limits", {})[name] = high
        if stated != "limits":
            found.setdefault("requests", {})[name] = low
    return found


def _container(rng: Random, name: str, *, bare: bool = False) -> Manifest:
    chances = {
        "cpu": 0.7,
        "memory": 0.7,
        "ephemeral-storage": 0.2,
        "example.com/fpga": 0.08,
        "nvidia.com/gpu": 0.15,
        "hugepages-2Mi": 0.08,
    }
    if bare:
        chances = {}
    names = [each for each, chance in chances.items() if rng.random() < chance]
    made: Manifest = {"name": name, "image": "registry.example.com/a:1"}
    if names:
        made["resources"] = _resources(rng, names)
    if rng.random() < 0.01:
        made.setdefault("resources", {}).setdefault("limits", {})["gpu"] = "1"
    return made


def pod(rng: Random, space: str) -> Manifest:
    """A pod that uses a few of the things that admission looks at."""
    bare, many = rng.random() < 0.15, rng.randint(1, 2)
    spec: Manifest = {"containers": [_container(rng, f"c{n}", bare=bare) for n in range(many)]}
    inits = [_container(rng, f"i{n}", bare=bare) for n in range(rng.choice((0, 0, 0, 1, 2)))]
    for one in inits:
        if rng.random() < 0.4:
            one["restartPolicy"] = "Always"
    if inits:
        spec["initContainers"] = inits
    for chance, change in _POD_CHANGES:
        if rng.random() < chance:
            change(rng, spec)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "probe", "namespace": space},
        "spec": spec,
    }


def _affinity(rng: Random, spec: Manifest) -> None:
    term: Manifest = {"topologyKey": "zone", "labelSelector": {}}
    term |= rng.choice(({"namespaces": ["default"]}, {"namespaceSelector": {}}, {}))
    kind = rng.choice(("podAffinity", "podAntiAffinity"))
    if rng.random() < 0.5:
        terms: Manifest = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    else:
        weighted = [{"weight": 1, "podAffinityTerm": term}]
        terms = {"preferredDuringSchedulingIgnoredDuringExecution": weighted}
    spec["affinity"] = {kind: terms}


def _whole(rng: Random, spec: Manifest) -> None:
    """Resources of the pod as a whole, mostly large enough for its containers."""
    names = rng.sample(("cpu", "memory"), rng.randint(1, 2))
    kinds = rng.choice((("limits",), ("requests", "limits"), ("requests", "limits"), ("requests",)))
    large = {"cpu": ("4", "8", "16"), "memory": ("4Gi", "8Gi", "16Gi")}
    stated = {name: rng.choice(large[name]) for name in names}
    spec["resources"] = {kind: dict(stated) for kind in kinds}
    if rng.random() < 0.1:
        spec["resources"] = {}


def _priority(rng: Random, spec: Manifest) -> None:
    spec["priorityClassName"] = rng.choice(
        (GOLD, GOLD, SILVER, SILVER, "system-node-critical", "adm-nobody")
    )
    if rng.random() < 0.1:
        spec["priority"] = rng.choice((10, 1000))
    if rng.random() < 0.1:
        spec["preemptionPolicy"] = rng.choice(("Never", "PreemptLowerPriority"))


def _runtime(rng: Random, spec: Manifest) -> None:
    spec["runtimeClassName"] = rng.choice((BOXED, BOXED, BOXED, FREE, "adm-nobody"))
    if rng.random() < 0.1:
        spec["overhead"] = rng.choice(({"cpu": "2", "memory": "1Gi"}, {"cpu": "1"}))


_POD_CHANGES: tuple[tuple[float, Callable[[Random, Manifest], Any]], ...] = (
    (0.15, _whole),
    (0.25, _priority),
    (0.2, _runtime),
    (0.2, _affinity),
    (0.2, lambda _, spec: spec.update(activeDeadlineSeconds=60)),
    (0.05, lambda rng, spec: spec.update(serviceAccountName=rng.choice(("worker", "nobody")))),
    (0.15, lambda _, spec: spec.update(hostPID=True)),
    (0.02, lambda _, spec: spec.update(overhead={"cpu": "1"})),
)


def claim(rng: Random, space: str) -> Manifest:
    spec: Manifest = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": rng.choice(STORAGE)}},
    }
    named = rng.choice((None, "", "fast", "slow"))
    if named is not None:
        spec["storageClassName"] = named
    if rng.random() < 0.3:
        spec["volumeAttributesClassName"] = rng.choice(("swift", "other"))
    metadata = {"name": "probe", "namespace": space}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": spec,
    }


def service(rng: Random, space: str) -> Manifest:
    ports: list[Manifest] = [{"name": f"p{n}", "port": 80 + n} for n in range(rng.randint(1, 3))]
    kind = rng.choice(("ClusterIP", "NodePort", "LoadBalancer", None))
    spec: Manifest = {"ports": ports}
    if kind:
        spec["type"] = kind
    if kind == "LoadBalancer" and rng.random() < 0.5:
        spec["allocateLoadBalancerNodePorts"] = rng.random() < 0.3
        if rng.random() < 0.5:
            ports[0]["nodePort"] = 30000 + rng.randint(0, 2000)
    metadata = {"name": "probe", "namespace": space}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def counted(rng: Random, space: str) -> Manifest:
    """An object that is only counted."""
    kind = rng.choice(
        ("ConfigMap", "Secret", "ServiceAccount", "ReplicationController", "Deployment", "Job")
    )
    labels = {"app": "probe"}
    template: Manifest = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "registry.example.com/a:1"}]},
    }
    api, spec = "v1", {}
    if kind == "ReplicationController":
        spec = {"spec": {"selector": labels, "template": template}}
    elif kind == "Deployment":
        api, spec = "apps/v1", {"spec": {"selector": {"matchLabels": labels}, "template": template}}
    elif kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
        api, spec = "batch/v1", {"spec": {"template": template}}
    metadata = {"name": "probe", "namespace": space}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **spec}


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
    ("pods", {"hard": {"pods": "0"}, "scopes": ["CrossNamespacePodAffinity"]}, _affinity),
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
    return replace(_setting(name, "privileged", (one,)), about=about, stress=stress)


_MAKERS: Mapping[str, tuple[Callable[[Random, str], Manifest], int]] = {
    "pods": (pod, 52),
    "claims": (claim, 16),
    "services": (service, 16),
    "counted": (counted, 16),
}


def arriving(rng: Random, settings: Sequence[Setting]) -> Manifest:
    """An object for one of some namespaces, each other time for a narrow one."""
    narrow_ones = [each for each in settings if each.about]
    here = rng.choice(narrow_ones if narrow_ones and rng.random() < 0.5 else settings)
    weights = [weight for _, weight in _MAKERS.values()]
    about = here.about or rng.choices(list(_MAKERS), weights=weights)[0]
    made = _MAKERS[about][0](rng, here.name)
    if here.stress is not None and rng.random() < 0.7:
        here.stress(rng, made["spec"])
    return made
