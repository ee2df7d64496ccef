"""Random namespaces, pods and NetworkPolicies: small enough to collide, odd enough to hurt."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from random import Random
from typing import Any

from assurance.graph.kubernetes import object_of
from assurance.proofs.network.model import Network
from assurance.proofs.network.pods import Pod
from assurance.proofs.network.policies import read_policy
from assurance.proofs.network.selectors import NAME
from assurance.proofs.network.spans import addresses
from tests.assurance.proofs.worlds import Manifest, policy, resource
from tests.components.network import evaluator

NAMESPACES = ("red", "green", "blue")
LABELS = {"app": ("a", "b", "c"), "tier": ("web", "db"), "x": ("",)}
NEAR = {"team": ("a", "b"), NAME: NAMESPACES}
PROBES = ((80, "TCP"), (8080, "TCP"), (8085, "TCP"), (53, "UDP"), (9, "SCTP"), (65535, "TCP"))
OUTSIDE = ("8.8.8.8", "8.8.8.9", "10.0.0.200", "10.128.0.250", "192.168.7.1")
_BLOCKS = (
    {"cidr": "0.0.0.0/0"},
    {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "192.168.0.0/16"]},
    {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.0.0.8/29", "10.128.0.4/32"]},
    {"cidr": "10.1.0.0/30"},
    {"cidr": "10.128.0.0/24", "except": ["10.128.0.5/32"]},
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

    @property
    def network(self) -> Network:
        found = [object_of(resource(one)) for one in self.policies]
        read = [read_policy(item) for item in found if item is not None]
        return Network(map(_seen, self.pods), self.namespaces, read)


def _seen(pod: evaluator.Pod) -> Pod:
    return Pod(
        namespace=pod.namespace,
        name=pod.name,
        labels=pod.labels,
        ports=frozenset((name, protocol, number) for (name, protocol), number in pod.ports.items()),
        host_network=pod.host_network,
        addresses=addresses([ip_network(pod.address)]),
    )


def sample(random: Random, features: Counter[str]) -> Sample:
    """A cluster of three namespaces; what it is made of is counted."""
    namespaces = {
        name: {NAME: name, **({"team": random.choice("ab")} if random.random() < 0.6 else {})}
        for name in NAMESPACES
    }
    pods = [_pod(random, name, number) for name in NAMESPACES for number in range(2)]
    features["pods of the host's network"] += sum(pod.host_network for pod in pods)
    count = random.choice((0, 2, 4, 6, 8))
    policies = tuple(_policy(random, f"p{number}", features) for number in range(count))
    return Sample(namespaces=namespaces, pods=tuple(pods), policies=policies)


def _pod(random: Random, namespace: str, number: int) -> evaluator.Pod:
    on_node = random.random() < 0.15
    index = 2 * NAMESPACES.index(namespace) + number
    ports = {("http", "TCP"): random.choice((80, 8080))} if random.random() < 0.7 else {}
    if random.random() < 0.4:
        ports["dns", "UDP"] = random.choice((53, 5353))
    return evaluator.Pod(
        namespace=namespace,
        name=f"n{number}",
        address=f"10.128.0.{index + 2}" if on_node else f"10.{index % 2}.0.{index + 1}",
        labels={k: random.choice(v) for k, v in LABELS.items() if random.random() < 0.6},
        ports=ports,
        host_network=on_node,
    )


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
    features["empty rule"] += not rule
    return rule


def _peer(random: Random, features: Counter[str]) -> Manifest:
    kind = random.choice(("pods", "namespaces", "both", "block"))
    features[f"peer {kind}"] += 1
    if kind == "block":
        block = random.choice(_BLOCKS)
        features["ipBlock with except" if "except" in block else "ipBlock"] += 1
        return {"ipBlock": block}
    peer: Manifest = {}
    if kind != "namespaces":
        peer["podSelector"] = _selector(random, features, LABELS)
    if kind != "pods":
        peer["namespaceSelector"] = _selector(random, features, NEAR)
    return peer


def _selector(
    random: Random, features: Counter[str], labels: Mapping[str, tuple[str, ...]]
) -> Manifest:
    kind = random.choice(("empty", "labels", "labels", "In", "NotIn", "Exists", "DoesNotExist"))
    key = random.choice([*labels, "none"])
    values = labels.get(key, ("nothing",))
    features[f"selector {kind}"] += 1
    features[f"selector of {NAME}"] += kind != "empty" and key == NAME
    features["selector that matches nothing"] += key == "none" and kind in {"labels", "In"}
    if kind == "empty":
        return {}
    if kind == "labels":
        return {"matchLabels": {key: random.choice(values)}}
    expression: Manifest = {"key": key, "operator": kind}
    if kind in {"In", "NotIn"}:
        expression["values"] = sorted({random.choice(values), random.choice(values)})
    other = random.choice(list(labels))
    value = random.choice(labels[other])
    match random.randrange(6):
        case 0:
            features["selector of labels and expressions"] += 1
            return {"matchExpressions": [expression], "matchLabels": {other: value}}
        case 1:
            features["selector of two expressions"] += 1
            second = {"key": other, "operator": "NotIn", "values": [value]}
            return {"matchExpressions": [expression, second]}
    return {"matchExpressions": [expression]}


def _port(random: Random, features: Counter[str]) -> Manifest:
    kind = random.choice(("number", "endPort", "named", "protocol", "SCTP"))
    features[f"port {kind}"] += 1
    match kind:
        case "number":
            return {"port": random.choice((80, 8080))}
        case "endPort":
            return {"port": 8000, "endPort": random.choice((8080, 8084, 65535)), "protocol": "TCP"}
        case "named":
            names = ({"port": "http"}, {"port": "dns", "protocol": "UDP"}, {"port": "nobody"})
            return dict(random.choice(names))
        case "protocol":
            return {"protocol": random.choice(("TCP", "UDP"))}
    return {"protocol": "SCTP", "port": random.choice((9, 80))}
