"""NetworkPolicies, read: every default of the specification is spelled out here, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import OBJECT, Marker, Origin
from assurance.proofs.network.selectors import (
    EVERYTHING,
    Selector,
    SpecError,
    refuse_unknown,
    selector,
)
from assurance.proofs.network.spans import EVERY_PORT, Spans, addresses, minus, spans

_HIGHEST = 65535
_PROTOCOLS = ("TCP", "UDP", "SCTP")


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """One entry of `from` or `to`: pods by selectors, or addresses."""

    namespaces: Selector | None = None
    """None: the policy's own namespace."""
    pods: Selector = EVERYTHING
    block: Spans | None = None
    """Addresses, exceptions already taken out; then the selectors mean nothing."""

    @property
    def local(self) -> bool:
        """Whether it means something else in each namespace."""
        return self.namespaces is None and self.block is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One ingress or egress rule."""

    peers: tuple[Peer, ...] | None
    """None: everybody and everywhere."""
    ports: Spans
    named: tuple[tuple[str, str], ...] = ()
    """Names of container ports, each with its protocol; what they are depends on the target."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One NetworkPolicy; None for a direction that it does not act on, () for one that it shuts."""

    namespace: str
    name: str
    pods: Selector
    ingress: tuple[Rule, ...] | None
    egress: tuple[Rule, ...] | None
    origin: Origin = field(default_factory=Origin)

    def __str__(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}"

    def rules(self, direction: str) -> tuple[Rule, ...] | None:
        """Those of `ingress` or `egress`."""
        return self.ingress if direction == "ingress" else self.egress


def is_policy(item: KubernetesObject) -> bool:
    """Whether an object is a NetworkPolicy of Kubernetes itself."""
    return (item.gvk.group, item.gvk.kind) == ("networking.k8s.io", "NetworkPolicy")


def is_foreign(item: KubernetesObject) -> bool:
    """Whether a network plugin reads it beside those: it may open what no NetworkPolicy opens.

    `knp.` is how Calico's own API shows NetworkPolicies; what is staged does nothing yet.
    """
    kind = item.gvk.kind
    other = kind.endswith("NetworkPolicy") and not kind.startswith("Staged")
    return other and not is_policy(item) and not str(item.name).startswith("knp.")


def read_policy(item: KubernetesObject) -> Policy:
    """One policy; SpecError where a part is unknown, or is nothing that a cluster would take."""
    if isinstance(item.namespace, Marker) or isinstance(item.name, Marker):
        message = "metadata: the name or the namespace is not known"
        raise SpecError(message)
    spec = item.manifest.get("spec")
    refuse_unknown(spec, "spec")
    if spec is not None and not isinstance(spec, Mapping):
        message = f"spec: expected an object, got {spec!r}"
        raise SpecError(message)
    said: Mapping[str, Any] = spec or {}
    types = _types(said)
    return Policy(
        namespace=item.namespace or "default",
        name=item.name,
        pods=selector(said.get("podSelector")),
        ingress=_rules(said.get("ingress"), "from") if "Ingress" in types else None,
        egress=_rules(said.get("egress"), "to") if "Egress" in types else None,
        origin=item.resource.origin,
    )


def _types(spec: Mapping[str, Any]) -> list[str]:
    """Every policy acts on ingress, and one with egress rules on egress, unless it says."""
    stated = _items(spec.get("policyTypes"), "policyTypes")
    return stated or ["Ingress", *(["Egress"] if spec.get("egress") else [])]


def _rules(given: Any, side: str) -> tuple[Rule, ...]:
    return tuple(_rule(rule or {}, side) for rule in _items(given, "rules"))


def _rule(given: Any, side: str) -> Rule:
    if not isinstance(given, OBJECT):
        message = f"expected a rule, got {given!r}"
        raise SpecError(message)
    peers = tuple(map(_peer, _items(given.get(side), side)))
    entries = _items(given.get("ports"), "ports")
    if not entries:
        return Rule(peers=peers or None, ports=EVERY_PORT)
    read = list(map(_port, entries))
    return Rule(
        peers=peers or None,
        ports=spans(found for found in read if len(found) == 3),  # noqa: PLR2004 - a span
        named=tuple(sorted({found for found in read if len(found) == 2})),  # noqa: PLR2004 - a name
    )


def _peer(given: Any) -> Peer:
    known = {"ipBlock", "namespaceSelector", "podSelector"}
    if not isinstance(given, OBJECT) or not any(given.get(key) is not None for key in known):
        message = f"expected a peer with a selector or an ipBlock, got {given!r}"
        raise SpecError(message)
    if given.get("ipBlock") is not None:
        return Peer(block=_block(given["ipBlock"]))
    near = given.get("namespaceSelector")
    return Peer(
        namespaces=None if near is None else selector(near), pods=selector(given.get("podSelector"))
    )


def _block(given: Any) -> Spans:
    if not isinstance(given, OBJECT):
        message = f"ipBlock: expected a cidr, got {given!r}"
        raise SpecError(message)
    cidr, inner = given.get("cidr"), _items(given.get("except"), "except")
    if not all(isinstance(text, str) for text in (cidr, *inner)):
        message = f"ipBlock: expected texts, got {given!r}"
        raise SpecError(message)
    try:
        return _blocks(str(cidr), tuple(inner))
    except ValueError as error:
        message = f"ipBlock: {error}"
        raise SpecError(message) from None


@lru_cache(1024)
def _blocks(cidr: str, inner: tuple[str, ...]) -> Spans:
    """Addresses of a block; the same few stand in every team's policies."""
    whole = addresses([ip_network(cidr, strict=False)])
    for text in inner:
        part = addresses([ip_network(text, strict=False)])
        if part == whole or minus(part, whole):
            message = f"{text} does not lie within {cidr}"
            raise ValueError(message)
    return minus(whole, addresses(ip_network(text, strict=False) for text in inner))


def _port(given: Any) -> tuple[str, int, int] | tuple[str, str]:
    protocol = (given.get("protocol") or "TCP") if isinstance(given, OBJECT) else None
    if protocol not in _PROTOCOLS:
        message = f"ports: expected a port with a protocol of {_PROTOCOLS}, got {given!r}"
        raise SpecError(message)
    number, end = given.get("port"), given.get("endPort")
    if number is None:
        return protocol, 1, _HIGHEST
    if isinstance(number, str):
        if end is not None:
            message = f"ports: {number} has a name, so it takes no endPort"
            raise SpecError(message)
        return number, protocol
    last = number if end is None else end
    if not (isinstance(number, int | float) and isinstance(last, int | float)):
        message = f"ports: expected numbers, got {given!r}"
        raise SpecError(message)
    if not 1 <= number <= last <= _HIGHEST:
        message = f"ports: {number}-{last} is no range of ports"
        raise SpecError(message)
    return protocol, int(number), int(last)


def _items(given: Any, what: str) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        message = f"{what}: expected a list, got {given!r}"
        raise SpecError(message)
    return list(given)
