"""Random namespaces, pods and NetworkPolicies: small enough to collide, odd enough to hurt."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from random import Random
from typing import Any

from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import gvk, kubernetes_type, object_of
from assurance.graph.resource import Origin, Resource
from assurance.proofs.network.bits import members
from assurance.proofs.network.model import Network
from assurance.proofs.network.pods import Pod
from assurance.proofs.network.policies import read_policy
from assurance.proofs.network.selectors import NAME
from assurance.proofs.network.spans import addresses
from tests.components.network import evaluator

Manifest = dict[str, Any]

NAMESPACES = ("red", "green", "blue")
PROBES = ((80, "TCP"), (8080, "TCP"), (8085, "TCP"), (53, "UDP"), (9, "SCTP"), (65535, "TCP"))
OUTSIDE = ("8.8.8.8", "10.0.0.9", "192.168.7.1")
LABELS = {"app": ("a", "b", "c"), "tier": ("web", "db"), "x": ("",)}
_BLOCKS = (
    {"cidr": "0.0.0.0/0"},
    {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.0.0.8/29"]},
    {"cidr": "10.1.0.0/30"},
    {"cidr": "8.8.8.0/24", "except": ["8.8.8.8/32"]},
    {"cidr": "192.168.0.0/16"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One random cluster."""

    namespaces: Mapping[str, Mapping[str, str]]
    pods: tuple[evaluator.Pod, ...]
    policies: tuple[Manifest, ...]

    @property
    def world(self) -> evaluator.World:
        return evaluator.World(namespaces=self.namespaces, policies=self.policies)

    def network(self) -> Network:
        return network(self.namespaces, self.pods, self.policies)


def resource(manifest: Manifest, *, origin: str | None = None) -> Resource:
    """An object, as a reader would bring it in."""
    kind = kubernetes_type(gvk(manifest["apiVersion"], manifest["kind"]))
    metadata = manifest["metadata"]
    name = f"{metadata.get('namespace', '')}/{metadata['name']}"
    return Resource(
        urn=f"urn:{kind}::{name}",
        type=kind,
        name=name,
        parent=None,
        provider=None,
        inputs=manifest,
        origin=Origin(config=origin),
    )


def graph(*manifests: Manifest) -> Graph:
    return graph_of(map(resource, manifests), stack="test", mode="manifests")


def network(
    namespaces: Mapping[str, Mapping[str, str]],
    pods: tuple[evaluator.Pod, ...],
    policies: tuple[Manifest, ...],
    *,
    addressed: bool = True,
) -> Network:
    found = [object_of(resource(policy)) for policy in policies]
    return Network(
        [
            Pod(
                namespace=pod.namespace,
                name=pod.name,
                labels=pod.labels,
                ports=frozenset((name, "TCP", number) for name, number in pod.ports.items()),
                addresses=addresses([ip_network(pod.address)]) if addressed else (),
            )
            for pod in pods
        ],
        namespaces,
        [read_policy(item) for item in found if item is not None],
    )


def policy(namespace: str, name: str, **spec: Any) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {}, **spec},
    }


def opened(model: Network) -> dict[tuple[str, str], Any]:
    """By names of source and target, the ports that are open, from the flows between classes."""
    found: dict[tuple[str, str], Any] = {}
    for source in range(len(model.classes)):
        for targets, ports in model.flows(source):
            for target in members(targets):
                for one in model.classes[source]:
                    for other in model.classes[target]:
                        found.setdefault((str(one), str(other)), []).extend(ports)
    return found


def sample(random: Random, features: Counter[str]) -> Sample:
    """A cluster of three namespaces; what it is made of is counted."""
    namespaces = {
        name: {NAME: name, **({"team": random.choice("ab")} if random.random() < 0.6 else {})}
        for name in NAMESPACES
    }
    pods = tuple(_pod(random, name, number) for name in NAMESPACES for number in range(2))
    pods = tuple(
        evaluator.Pod(
            namespace=pod.namespace,
            name=pod.name,
            labels=pod.labels,
            ports=pod.ports,
            address=f"10.{index % 2}.0.{index + 1}",
        )
        for index, pod in enumerate(pods)
    )
    count = random.choice((0, 2, 4, 6, 8))
    policies = tuple(_policy(random, f"p{number}", features) for number in range(count))
    return Sample(namespaces=namespaces, pods=pods, policies=policies)


def _pod(random: Random, namespace: str, number: int) -> evaluator.Pod:
    ports = {"http": random.choice((80, 8080))} if random.random() < 0.7 else {}
    return evaluator.Pod(
        namespace=namespace, name=f"n{number}", address="", labels=_labels(random), ports=ports
    )


def _labels(random: Random) -> dict[str, str]:
    return {k: random.choice(v) for k, v in LABELS.items() if random.random() < 0.6}


def _policy(random: Random, name: str, features: Counter[str]) -> Manifest:
    spec: dict[str, Any] = {"podSelector": _selector(random, features, LABELS)}
    for way, side in (("ingress", "from"), ("egress", "to")):
        if random.random() < 0.65:
            count = random.choice((0, 1, 1, 2))
            features[f"{way} of {count} rules"] += 1
            spec[way] = [_rule(random, side, features) for _ in range(count)]
    types = random.choice((None, None, ["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    features[f"policyTypes {types}"] += 1
    if types is not None:
        spec["policyTypes"] = types
    return policy(random.choice(NAMESPACES), name, **spec)


def _rule(random: Random, side: str, features: Counter[str]) -> Manifest:
    rule: Manifest = {}
    if random.random() < 0.8:
        rule[side] = [_peer(random, features) for _ in range(random.choice((0, 1, 1, 2)))]
        features["empty peers"] += not rule[side]
    if random.random() < 0.6:
        rule["ports"] = [_port(random, features) for _ in range(random.choice((0, 1, 1, 2)))]
        features["empty ports"] += not rule["ports"]
    return rule


def _peer(random: Random, features: Counter[str]) -> Manifest:
    kind = random.choice(("pods", "namespaces", "both", "block"))
    features[f"peer {kind}"] += 1
    if kind == "block":
        return {"ipBlock": random.choice(_BLOCKS)}
    near = {"team": ("a", "b"), NAME: NAMESPACES}
    peer: Manifest = {}
    if kind != "namespaces":
        peer["podSelector"] = _selector(random, features, LABELS)
    if kind != "pods":
        peer["namespaceSelector"] = _selector(random, features, near)
    return peer


def _selector(
    random: Random, features: Counter[str], labels: Mapping[str, tuple[str, ...]]
) -> Manifest:
    kind = random.choice(("empty", "labels", "labels", "In", "NotIn", "Exists", "DoesNotExist"))
    features[f"selector {kind}"] += 1
    key = random.choice([*labels, "none"])
    values = labels.get(key, ("nothing",))
    if kind == "empty":
        return {}
    if kind == "labels":
        return {"matchLabels": {key: random.choice(values)}}
    expression: Manifest = {"key": key, "operator": kind}
    if kind in {"In", "NotIn"}:
        expression["values"] = sorted({random.choice(values), random.choice(values)})
    return {"matchExpressions": [expression]}


def _port(random: Random, features: Counter[str]) -> Manifest:
    kind = random.choice(("number", "range", "named", "protocol", "sctp"))
    features[f"port {kind}"] += 1
    match kind:
        case "number":
            return {"port": random.choice((80, 8080))}
        case "range":
            return {"port": 8000, "endPort": random.choice((8080, 8084, 65535)), "protocol": "TCP"}
        case "named":
            return {"port": random.choice(("http", "nobody"))}
        case "protocol":
            return {"protocol": random.choice(("TCP", "UDP"))}
    return {"protocol": "SCTP", "port": random.choice((9, 80))}
