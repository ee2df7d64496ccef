"""A small judge of NetworkPolicies, written from the Kubernetes API reference and nothing of ours.

A connection is open if the source's egress and the destination's ingress both allow it. A pod is
closed in a direction as soon as one policy of its namespace selects it for that direction; then it
is open only for what some rule of such a policy allows. Deliberately suspicious: an `ipBlock` that
contains a pod's address reaches the pod, whatever a network plugin would do.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

Policy = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """A pod with an address; `ports` gives the numbers of container ports by name and protocol."""

    namespace: str
    name: str
    address: str
    labels: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[tuple[str, str], int] = field(default_factory=dict)
    host_network: bool = False
    """On its node's network: to policies and selectors an address like any other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Namespaces with the labels that they really carry, and the policies in force."""

    namespaces: Mapping[str, Mapping[str, str]]
    policies: tuple[Policy, ...]

    def open(self, source: Pod | str, target: Pod | str, port: int, protocol: str) -> bool:
        """Whether a connection is allowed at both ends; text is an address off the cluster."""
        if source == target:
            return True
        return self._allows("Egress", source, target, target, port, protocol) and self._allows(
            "Ingress", target, source, target, port, protocol
        )

    def _allows(
        self,
        direction: str,
        here: Pod | str,
        there: Pod | str,
        target: Pod | str,
        port: int,
        protocol: str,
    ) -> bool:
        if isinstance(here, str):
            return True
        acting = [policy for policy in self.policies if self._acts(policy, direction, here)]
        if not acting:
            return True
        return any(
            self._peers(rule, direction, policy, there) and _ports(rule, target, port, protocol)
            for policy in acting
            for rule in policy["spec"].get(direction.lower()) or ()
        )

    def _acts(self, policy: Policy, direction: str, pod: Pod) -> bool:
        if pod.host_network:
            return False
        spec = policy["spec"]
        default = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
        return (
            policy["metadata"]["namespace"] == pod.namespace
            and direction in (spec.get("policyTypes") or default)
            and _selects(spec["podSelector"], pod.labels)
        )

    def _peers(
        self, rule: Mapping[str, Any], direction: str, policy: Policy, who: Pod | str
    ) -> bool:
        peers = rule.get("from" if direction == "Ingress" else "to")
        return not peers or any(self._peer(peer, policy, who) for peer in peers)

    def _peer(self, peer: Mapping[str, Any], policy: Policy, who: Pod | str) -> bool:
        assert peer, "the API server refuses a peer that says nothing"
        if "ipBlock" in peer:
            return _in_block(peer["ipBlock"], who if isinstance(who, str) else who.address)
        if isinstance(who, str) or who.host_network:
            return False
        if "namespaceSelector" in peer:
            near = _selects(peer["namespaceSelector"], self.namespaces[who.namespace])
        else:
            near = who.namespace == policy["metadata"]["namespace"]
        return near and _selects(peer.get("podSelector", {}), who.labels)


def _ports(rule: Mapping[str, Any], target: Pod | str, port: int, protocol: str) -> bool:
    given = rule.get("ports")
    return not given or any(_port(one, target, port, protocol) for one in given)


def _port(given: Mapping[str, Any], target: Pod | str, port: int, protocol: str) -> bool:
    if given.get("protocol", "TCP") != protocol:
        return False
    wanted = given.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        pod = None if isinstance(target, str) or target.host_network else target
        return pod is not None and pod.ports.get((wanted, protocol)) == port
    return bool(wanted <= port <= given.get("endPort", wanted))


def _in_block(block: Mapping[str, Any], address: str) -> bool:
    return _within(block["cidr"], tuple(block.get("except") or ()), address)


@cache
def _within(cidr: str, exceptions: tuple[str, ...], address: str) -> bool:
    outer, here = ip_network(cidr), ip_address(address)
    for exception in exceptions:
        inner = ip_network(exception)
        assert inner.version == outer.version, f"{exception} is of another family"
        assert inner != outer, f"{exception} leaves nothing"
        assert inner.subnet_of(outer), f"{exception} is not within {outer}"  # type: ignore[arg-type]
        if here in inner:
            return False
    return here in outer


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _expression(expression, labels) for expression in selector.get("matchExpressions") or ()
    )


def _expression(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    message = f"no such operator: {expression['operator']}"
    raise AssertionError(message)


def open_flows(
    world: World,
    pods: Iterable[Pod],
    targets: Iterable[Pod | str],
    ports: Iterable[tuple[int, str]],
) -> Iterator[tuple[str, str, int, str]]:
    """Every open connection, as names; a pod's to itself left out, which no policy can close."""
    from_, to, over = list(pods), list(targets), list(ports)
    for source in from_:
        for target in to:
            if source == target:
                continue
            for port, protocol in over:
                if world.open(source, target, port, protocol):
                    yield (_name(source), _name(target), port, protocol)


def _name(who: Pod | str) -> str:
    return who if isinstance(who, str) else f"{who.namespace}/{who.name}"
