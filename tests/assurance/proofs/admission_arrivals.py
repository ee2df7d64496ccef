"""Generated pods, claims, services and counted objects that arrive in those namespaces."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from tests.assurance.proofs.admission_settings import (
    BOXED,
    FREE,
    GOLD,
    OVERCOMMIT,
    SILVER,
    STORAGE,
    Manifest,
    Setting,
    two_of,
)


def _resources(rng: Random, names: Sequence[str]) -> Manifest:
    """Mostly what is valid: a request up to the limit, devices alike in both."""
    found: Manifest = {}
    for name in names:
        low, high = two_of(rng, name)
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


def with_affinity(rng: Random, spec: Manifest) -> None:
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
    (0.2, with_affinity),
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
