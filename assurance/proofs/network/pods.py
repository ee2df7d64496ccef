"""The pods and namespaces of a graph, as a network plugin would see them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import OBJECT, Marker, Origin
from assurance.graph.values import Addresses
from assurance.proofs.network.selectors import NAME
from assurance.proofs.network.spans import Spans, addresses


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """Pods of one kind: all that NetworkPolicies can tell apart about them."""

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    ports: frozenset[tuple[str, str, int]] = frozenset()
    """Named container ports: name, protocol, number."""
    host_network: bool = False
    """On the node's own network: no policy acts on it, no selector finds it."""
    addresses: Spans = ()
    """Where it may be."""
    origin: Origin = field(default_factory=Origin)
    assumes: str | None = None
    """What one has to believe to believe in it: a stand-in, or somebody else's pods."""
    supposed: bool = False
    """No pod template of the graph shows it: intent only says that it is there."""

    def __str__(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}"


class UnknownPodError(ValueError):
    """A pod template whose place or labels are not known."""


def pod_of(template: PodTemplate, plan: Addresses | None) -> Pod:
    """The pods of one template."""
    if isinstance(template.namespace, Marker):
        message = "its namespace is not known"
        raise UnknownPodError(message)
    if template.unknown:
        message = f"{template.unknown[0]} is not known"
        raise UnknownPodError(message)
    hidden = [key for key, value in template.labels.items() if not isinstance(value, str)]
    if hidden:
        message = f"its label {hidden[0]} is not known"
        raise UnknownPodError(message)
    on_node = template.spec.get("hostNetwork")
    if isinstance(on_node, Marker):
        message = "its hostNetwork is not known"
        raise UnknownPodError(message)
    return Pod(
        namespace=template.namespace or "default",
        name=f"{template.owner.gvk.kind} {template.owner.name}{template.part}",
        labels=template.labels,
        ports=named_ports(template.spec),
        host_network=bool(on_node),
        addresses=place(plan, on_node=bool(on_node)),
        origin=template.owner.resource.origin,
        assumes=assumed(template),
    )


def assumed(template: PodTemplate) -> str | None:
    """The stand-in that a template comes from."""
    stand_in = template.owner.resource.assumed
    return None if stand_in is None else f"chart {stand_in}"


def place(plan: Addresses | None, *, on_node: bool = False) -> Spans:
    """The addresses that a pod may get; none where nobody has stated them."""
    if plan is None:
        return ()
    return addresses(plan.nodes if on_node else plan.pods)


def named_ports(spec: Mapping[str, Any]) -> frozenset[tuple[str, str, int]]:
    """Ports that containers, and init containers that stay, give names to."""
    found = set()
    for container in _containers(spec):
        for port in _mappings(container.get("ports"), "ports"):
            name = port.get("name")
            if name is None:
                continue
            number, protocol = port.get("containerPort"), port.get("protocol") or "TCP"
            if not isinstance(number, int | float) or not isinstance(protocol, str):
                message = "the number or the protocol of a port is not known"
                raise UnknownPodError(message)
            if not isinstance(name, str):
                message = "the name of a port is not known"
                raise UnknownPodError(message)
            found.add((name, protocol, int(number)))
    return frozenset(found)


def _containers(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in ("containers", "initContainers"):
        for container in _mappings(spec.get(key), key):
            if key == "containers" or container.get("restartPolicy") == "Always":
                yield container


def _mappings(given: Any, what: str) -> Iterable[Mapping[str, Any]]:
    """The items of a list in which everything is known to be an object."""
    listed = () if given is None else given
    if not isinstance(listed, list | tuple) or not all(isinstance(one, OBJECT) for one in listed):
        message = f"{what} is not known"
        raise UnknownPodError(message)
    return listed


def namespace_labels(graph: Graph, others: Iterable[str] = ()) -> dict[str, dict[str, str]]:
    """Labels of every namespace that the graph makes or names, as they will be on the cluster."""
    found: dict[str, dict[str, str]] = {name: {} for name in others}
    for item in graph.objects():
        if item.gvk.group == "" and item.gvk.kind == "Namespace" and isinstance(item.name, str):
            stated = (item.manifest.get("metadata") or {}).get("labels") or {}
            found[item.name] = {k: v for k, v in stated.items() if isinstance(v, str)}
        elif isinstance(item.namespace, str):
            found.setdefault(item.namespace, {})
    return {name: {**labels, NAME: name} for name, labels in sorted(found.items())}
