"""Random nodes and pods, small and tight."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.values import Pool, Shape, Taint
from assurance.proofs.capacity import capacity
from assurance.proofs.findings import Result, Status
from tests.assurance.proofs.worlds import Manifest, graph

GIB = 2**30
GPU = "nvidia.com/gpu"
ZONE = "topology.kubernetes.io/zone"
NAMESPACE = "load"
_TAINTS = (
    Taint(key="reserved", value="yes"),
    Taint(key="reserved", effect="NoExecute"),
    Taint(key="reserved", effect="PreferNoSchedule"),
)
_ON_NODES = ("pod-fits-nowhere", "pods-over-pools", "peak-over-pools", "order-decides", "pods-fit")


def pool(name: str, cpu: int = 4000, memory: int = 16, nodes: int = 1, **more: Any) -> Pool:
    """Nodes of so many millicores and GiB."""
    fields: dict[str, Any] = {"min": nodes, "max": nodes, "labels": {}, **more}
    shape = {
        key: fields.pop(key) for key in ("pods", "gpu", "gpu_type", "storage") if key in fields
    }
    shape |= {"gpu_type": GPU} if shape.get("gpu") else {}
    return Pool(name=name, shape=Shape(cpu=cpu, memory=memory * GIB, **shape), **fields)


def deployment(name: str, requests: Mapping[str, str], replicas: int = 1, **pod: Any) -> Manifest:
    """Replaced all at once, so that no update adds to its pods."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "replicas": replicas,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, requests, **pod),
        },
    }


def daemon_set(name: str, requests: Mapping[str, str], case: str = "") -> Manifest:
    """On the nodes of one case."""
    more = {"nodeSelector": {"case": case}} if case else {}
    labels = {"matchLabels": {"agent": name}}
    made = template(name, requests, **more)
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"selector": labels, "template": {**made, "metadata": {"labels": {"agent": name}}}},
    }


def template(name: str, requests: Mapping[str, str], **pod: Any) -> Manifest:
    resources = {
        "requests": dict(requests),
        "limits": {k: v for k, v in requests.items() if "/" in k},
    }
    ports = pod.pop("ports", None)
    container = {"name": "main", "image": "registry.example.com/main:1", "resources": resources}
    return {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{**container, **({"ports": ports} if ports else {})}], **pod},
    }


def alone(key: str, name: str) -> Manifest:
    """An affinity that keeps pods of one name out of each other's place."""
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": name}}}
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def on_pools(operator: str, *values: str, key: str = "kind") -> Manifest:
    """An affinity to nodes by a label."""
    requirement = {"key": key, "operator": operator, **({"values": [*values]} if values else {})}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [requirement]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


@dataclass(frozen=True, kw_only=True)
class Load:
    """Some pools, and Deployments that want to run on them."""

    pools: tuple[Pool, ...]
    deployments: tuple[Manifest, ...]
    agents: tuple[Manifest, ...] = ()
    """DaemonSets."""
    others: tuple[Manifest, ...] = ()
    """Objects that start no pods."""

    def graph(self) -> Graph:
        return graph(*self.deployments, *self.agents, *self.others)

    def judged(self) -> Result:
        return capacity(self.graph(), Intent(pools=self.pools))

    @cached_property
    def verdict(self) -> Status:
        """What is said about pods and nodes: the worst of it."""
        found = {
            finding.status
            for finding in self.judged().findings
            if finding.rule.removeprefix("capacity/") in _ON_NODES
        }
        assert found, "nothing was said about any pod"
        return next(s for s in (Status.REFUTED, Status.UNKNOWN, Status.PROVED) if s in found)

    def nodes(self) -> list["Node"]:
        return [
            Node(pool=pool, zone=pool.zones[number % len(pool.zones)] if pool.zones else None)
            for pool in self.pools
            for number in range(pool.max)
        ]

    def pods(self) -> list[int]:
        """By number, the Deployment of each pod."""
        return [
            number
            for number, each in enumerate(self.deployments)
            for _ in range(each["spec"]["replicas"])
        ]


@dataclass(frozen=True)
class Node:
    pool: Pool
    zone: str | None

    def amounts(self) -> dict[str, float]:
        shape = self.pool.shape
        own = {GPU: shape.gpu} if shape.gpu else {}
        return {"cpu": shape.cpu, "memory": shape.memory / GIB, "pods": shape.pods, **own}


def load(random: Random, features: Counter[str], name: str = "", size: int = 5) -> Load:
    """A load of about `size` pods; every name begins with `name`, and every node is labelled so."""
    count = random.choice((1, 2, 2))
    pools = tuple(_pool(random, features, f"{name}p{number}", name) for number in range(count))
    total, deployments = 0, list[Manifest]()
    goal = random.randint(max(2, size - 2), size)
    while total < goal:
        replicas = min(random.choice((1, 1, 2, 3)), goal - total)
        label = f"{name}d{len(deployments)}"
        deployments.append(_deployment(random, features, label, replicas, name))
        total += replicas
    agents = []
    if random.random() < 0.25:
        features["agent"] += 1
        agents.append(daemon_set(f"{name}agent", {"cpu": "250m", "memory": "512Mi"}, name))
    return Load(pools=pools, deployments=tuple(deployments), agents=tuple(agents))


def _pool(random: Random, features: Counter[str], name: str, case: str) -> Pool:
    more: dict[str, Any] = {"pods": random.choice((2, 3, 5, 110))}
    more["labels"] = {"kind": random.choice("ab"), "size": random.choice(("1", "2"))}
    more["labels"] |= {"case": case} if case else {}
    if random.random() < 0.2:
        features["gpu"] += 1
        more["gpu"] = random.choice((1, 2))
    if random.random() < 0.25:
        features["taint"] += 1
        more["taints"] = (random.choice(_TAINTS),)
    if random.random() < 0.3:
        features["zones"] += 1
        more["zones"] = ("one", "two")
    nodes = random.choice((1, 2, 2, 3))
    return pool(name, random.choice((2000, 2500, 3000)), random.choice((4, 6, 8)), nodes, **more)


def _deployment(
    random: Random, features: Counter[str], name: str, replicas: int, case: str
) -> Manifest:
    requests = {
        "cpu": random.choice(("0", "500m", "1", "1", "1500m", "2")),
        "memory": random.choice(("1Gi", "1Gi", "2Gi", "3Gi")),
    }
    more: dict[str, Any] = {"nodeSelector": {"case": case}} if case else {}
    kind = random.choice(
        (*["plain"] * 8, "select", "affinity", "gpu", "hostname", "avoid", "zone", "port")
    )
    features[kind] += 1
    match kind:
        case "select":
            more["nodeSelector"] = {**more.get("nodeSelector", {}), "kind": random.choice("ab")}
        case "affinity":
            operator = random.choice(("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"))
            features[operator] += 1
            values = () if "xist" in operator else ("1" if operator == "Gt" else "2",)
            more["affinity"] = on_pools(
                operator, *values, key=random.choice(("size", "kind", "no"))
            )
        case "gpu":
            requests[GPU] = "1"
        case "hostname":
            more["affinity"] = alone("kubernetes.io/hostname", name)
        case "avoid":
            more["affinity"] = alone("kubernetes.io/hostname", f"{case}d0")
        case "zone":
            more["affinity"] = alone(ZONE, name)
        case "port":
            more["ports"] = [{"containerPort": 80, "hostPort": 80}]
    if random.random() < 0.5:
        more["tolerations"] = [{"key": "reserved", "operator": "Exists"}]
    return deployment(name, requests, replicas, **more)
