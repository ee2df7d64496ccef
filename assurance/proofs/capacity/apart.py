"""What keeps pods from sharing a node or a zone: required anti-affinity and ports of the host."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assurance.proofs.capacity.nodes import HOSTNAME
from assurance.proofs.capacity.reading import UnreadableError, mapping, mappings, text, texts, whole
from assurance.proofs.network.selectors import Selector, SpecError, selector

_ANY_ADDRESS = {"0.0.0.0", ""}  # noqa: S104 - what a pod says, nothing listens
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@dataclass(frozen=True, slots=True)
class Term:
    """Pods of these namespaces and labels are kept out of the same place."""

    topology: str
    namespaces: frozenset[str]
    pods: Selector

    def minds(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether it keeps such a pod away."""
        return namespace in self.namespaces and self.pods.matches(labels)


@dataclass(frozen=True, slots=True)
class Apart:
    """One pod's part in it."""

    namespace: str
    labels: Mapping[str, str]
    terms: tuple[Term, ...] = ()
    ports: frozenset[tuple[str, str, int]] = frozenset()
    """Address, protocol, number."""

    def places(self, other: "Apart") -> frozenset[str]:
        """By node label, the kinds of place that the two cannot share."""
        found = {t.topology for t in self.terms if t.minds(other.namespace, other.labels)}
        found |= {t.topology for t in other.terms if t.minds(self.namespace, self.labels)}
        if any(_clash(one, two) for one in self.ports for two in other.ports):
            found.add(HOSTNAME)
        return frozenset(found)


def apart(
    namespace: str,
    labels: Mapping[str, Any],
    spec: Mapping[str, Any],
    namespaces: Mapping[str, Mapping[str, str]],
) -> Apart:
    """Read a pod's; `namespaces` are the labels of every namespace."""
    known = {key: value for key, value in labels.items() if isinstance(value, str)}
    if len(known) < len(labels):
        message = f"its label {min(set(labels) - set(known))} is not known"
        raise UnreadableError(message)
    try:
        terms = tuple(_terms(namespace, spec, namespaces))
    except SpecError as error:
        message = f"spec.affinity.podAntiAffinity: {error}"
        raise UnreadableError(message) from None
    return Apart(namespace, known, terms, frozenset(_ports(spec)))


def required(spec: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    """The terms of a required affinity between pods."""
    affinity = mapping(spec.get("affinity"), "spec.affinity").get(kind)
    stated = mapping(affinity, f"spec.affinity.{kind}").get(_REQUIRED)
    return mappings(stated, f"spec.affinity.{kind}")


def _terms(
    namespace: str, spec: Mapping[str, Any], namespaces: Mapping[str, Mapping[str, str]]
) -> Iterator[Term]:
    for stated in required(spec, "podAntiAffinity"):
        where, wanted = "spec.affinity.podAntiAffinity", stated.get("namespaceSelector")
        named = set(texts(stated.get("namespaces"), f"{where}: namespaces"))
        if wanted is not None:
            chosen = selector(wanted)
            named |= {name for name, labels in namespaces.items() if chosen.matches(labels)}
        elif not named:
            named = {namespace}
        topology = text(stated.get("topologyKey"), f"{where}: topologyKey")
        if stated.get("labelSelector") is not None:
            yield Term(topology, frozenset(named), selector(stated["labelSelector"]))


def _ports(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Ports of the node that its containers take; on the node's own network, all that they have."""
    for key in ("containers", "initContainers"):
        for container in mappings(spec.get(key), f"spec.{key}"):
            if key == "initContainers" and container.get("restartPolicy") != "Always":
                continue
            for port in mappings(container.get("ports"), f"spec.{key}: ports"):
                own = "hostPort" if not spec.get("hostNetwork") else "containerPort"
                if port.get(own):
                    number = whole(port[own], f"spec.{key}: {own}")
                    yield str(port.get("hostIP") or ""), str(port.get("protocol") or "TCP"), number


def _clash(one: tuple[str, str, int], two: tuple[str, str, int]) -> bool:
    same_address = one[0] == two[0] or bool({one[0], two[0]} & _ANY_ADDRESS)
    return one[1:] == two[1:] and same_address


def neighbours(given: Sequence[Apart]) -> list[dict[int, frozenset[str]]]:
    """For each, the others that it must be kept apart from, and from what kind of place.

    Only namespaces that somebody's terms name, and only ports, can make it so: few are compared.
    """
    at_home: dict[str, set[int]] = {}
    minded: dict[str, set[int]] = {}
    ported = {number for number, one in enumerate(given) if one.ports}
    for number, one in enumerate(given):
        at_home.setdefault(one.namespace, set()).add(number)
        for term in one.terms:
            for namespace in term.namespaces:
                minded.setdefault(namespace, set()).add(number)
    found = []
    for one in given:
        near = set(minded.get(one.namespace, ())) | (ported if one.ports else set())
        for term in one.terms:
            for namespace in term.namespaces:
                near |= at_home.get(namespace, set())
        places = {other: one.places(given[other]) for other in sorted(near)}
        found.append({other: where for other, where in places.items() if where})
    return found
