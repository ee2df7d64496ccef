"""A cluster's network: pods in classes that no policy tells apart, and what each may reach.

A connection is open if the source's egress and the target's ingress both allow it. A pod is closed
in a direction as soon as one policy of its namespace selects it there; then it is open only for
what some rule of such a policy allows. Sets of classes are the bits of one integer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from assurance.proofs.network.bits import Bits, bits, members
from assurance.proofs.network.pods import Pod
from assurance.proofs.network.policies import Peer, Policy, Rule
from assurance.proofs.network.selectors import Selector
from assurance.proofs.network.spans import (
    EVERY_ADDRESS,
    EVERY_PORT,
    NOTHING,
    Spans,
    common,
    minus,
    union,
)

Mark = tuple[str, Selector]
"""A namespace, and labels in it that somebody wants told apart although no policy does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What one rule allows at one end of a connection."""

    classes: Bits
    """Classes at the other end that it may let through."""
    sure: Bits
    """Those of them that it lets through whatever addresses they get."""
    addresses: Spans
    """Addresses at the other end."""
    ports: Spans
    policy: Policy | None
    """None: no policy acts, so everything is allowed."""


class Network:
    """Pods, the labels of their namespaces, and the policies that act on them."""

    def __init__(
        self,
        pods: Iterable[Pod],
        namespaces: Mapping[str, Mapping[str, str]],
        policies: Iterable[Policy],
        marks: Iterable[Mark] = (),
    ) -> None:
        self.namespaces = namespaces
        self.policies = tuple(policies)
        self._matching: dict[Selector, tuple[str, ...]] = {}
        self.classes = self._classes(tuple(pods), tuple(marks))
        self.everyone: Bits = (1 << len(self.classes)) - 1
        self._of_peer: dict[tuple[str, Peer], tuple[Bits, Bits]] = {}
        self._in: dict[str, list[int]] = defaultdict(list)
        self._at: dict[Spans, Bits] = defaultdict(int)
        for index, (pod, *_) in enumerate(self.classes):
            self._in[pod.namespace].append(index)
            self._at[pod.addresses] |= 1 << index
        self._acting = {way: self._selections(way) for way in ("ingress", "egress")}
        self._openings: dict[tuple[str, int], tuple[Opening, ...]] = {}
        self._of_policy: dict[tuple[str, int], tuple[Opening, ...]] = {}
        self._open = Opening(
            classes=self.everyone,
            sure=self.everyone,
            addresses=EVERY_ADDRESS,
            ports=EVERY_PORT,
            policy=None,
        )

    def pod(self, index: int) -> Pod:
        """The one that stands for its class."""
        return self.classes[index][0]

    def within(self, namespaces: Iterable[str]) -> list[int]:
        """Classes of these namespaces."""
        return [index for name in namespaces for index in self._in.get(name, ())]

    def chosen(self, namespace: str, labels: Selector) -> Bits:
        """Classes that labels select in a namespace."""
        return bits(i for i in self._in.get(namespace, ()) if self._selects(labels, self.pod(i)))

    def matching(self, selector: Selector) -> tuple[str, ...]:
        """Namespaces that a selector matches."""
        if selector not in self._matching:
            one = selector.name
            candidates = self.namespaces if one is None else [one]
            self._matching[selector] = tuple(
                name for name in candidates if selector.matches(self.namespaces.get(name, {}))
            )
        return self._matching[selector]

    def acting(self, way: str, index: int) -> tuple[Policy, ...]:
        """Policies that select a class in a direction."""
        return tuple(self.policies[number] for number in self._acting[way].get(index, ()))

    def openings(self, way: str, index: int) -> tuple[Opening, ...]:
        """All that a class's policies allow in a direction."""
        key = (way, index)
        if key not in self._openings:
            self._openings[key] = tuple(self._find_openings(way, index))
        return self._openings[key]

    def flows(self, source: int) -> Iterator[tuple[Bits, Spans]]:
        """Targets and the ports on which both ends allow them; a target may come more than once."""
        accepted = [*self._ingress.get(source, ()), *self._ingress[-1]]
        for out in self._merged(self.openings("egress", source)):
            for targets, ports in accepted:
                both = out[0] & targets
                if both and (open_ports := common(out[1], ports)):
                    yield both, open_ports

    def between(self, source: int, target: int, *, sure: bool = False) -> Spans:
        """The ports on which a source reaches a target; `sure`: whatever their addresses."""
        return common(
            self._towards("egress", source, target, sure=sure),
            self._towards("ingress", target, source, sure=sure),
        )

    def end(self, way: str, here: int, there: int, *, sure: bool = False) -> Spans:
        """The ports that one end alone allows."""
        return self._towards(way, here, there, sure=sure)

    def because(self, way: str, here: int, there: int, ports: Spans) -> tuple[Policy, ...]:
        """Which policies allow some of these ports at one end; none: nothing closes it."""
        bit = 1 << there
        found = {
            str(opening.policy): opening.policy
            for opening in self.openings(way, here)
            if opening.policy and opening.classes & bit and common(opening.ports, ports)
        }
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def _ingress(self) -> Mapping[int, list[tuple[Bits, Spans]]]:
        """By source, what targets accept it on which ports; -1 holds what accepts everybody."""
        together: dict[tuple[Bits, Spans], Bits] = defaultdict(int)
        for target in range(len(self.classes)):
            for opening in self.openings("ingress", target):
                together[opening.classes, opening.ports] |= 1 << target
        found: dict[int, list[tuple[Bits, Spans]]] = {-1: []}
        for (sources, ports), targets in together.items():
            everyone = sources == self.everyone
            for source in (-1,) if everyone else members(sources):
                found.setdefault(source, []).append((targets, ports))
        return found

    @staticmethod
    def _merged(openings: Iterable[Opening]) -> list[tuple[Bits, Spans]]:
        together: dict[Spans, Bits] = defaultdict(int)
        for opening in openings:
            together[opening.ports] |= opening.classes
        return [(classes, ports) for ports, classes in together.items() if classes]

    def _towards(self, way: str, here: int, there: int, *, sure: bool) -> Spans:
        bit, ports = 1 << there, NOTHING
        for opening in self.openings(way, here):
            if (opening.sure if sure else opening.classes) & bit:
                ports = union(ports, opening.ports)
        return ports

    def _find_openings(self, way: str, index: int) -> Iterator[Opening]:
        numbers = self._acting[way].get(index, ())
        if not numbers:
            yield self._open
        for number in numbers:
            rules = self.policies[number].rules(way) or ()
            if way == "ingress" and any(rule.named for rule in rules):
                yield from self._policy_openings(way, number, index)
                continue
            if (way, number) not in self._of_policy:
                self._of_policy[way, number] = tuple(self._policy_openings(way, number, index))
            yield from self._of_policy[way, number]

    def _policy_openings(self, way: str, number: int, index: int) -> Iterator[Opening]:
        """What a policy opens for a class; the class matters only where a rule names its ports."""
        policy = self.policies[number]
        for rule in policy.rules(way) or ():
            yield from self._rule_openings(way, policy, rule, index)

    def _rule_openings(self, way: str, policy: Policy, rule: Rule, index: int) -> Iterator[Opening]:
        classes, sure, outside = self._peers(policy, rule)
        if rule.ports:
            yield Opening(
                classes=classes, sure=sure, addresses=outside, ports=rule.ports, policy=policy
            )
        if way == "ingress":
            ports = _resolved(rule.named, self.pod(index))
            if ports:
                yield Opening(
                    classes=classes, sure=sure, addresses=outside, ports=ports, policy=policy
                )
        elif rule.named:
            by_ports: dict[Spans, Bits] = defaultdict(int)
            for target in members(classes):
                by_ports[_resolved(rule.named, self.pod(target))] |= 1 << target
            for ports, targets in by_ports.items():
                if ports:
                    yield Opening(
                        classes=targets,
                        sure=sure & targets,
                        addresses=(),
                        ports=ports,
                        policy=policy,
                    )

    def _peers(self, policy: Policy, rule: Rule) -> tuple[Bits, Bits, Spans]:
        if rule.peers is None:
            return self.everyone, self.everyone, EVERY_ADDRESS
        classes, sure, outside = 0, 0, NOTHING
        for peer in rule.peers:
            key = (policy.namespace if peer.local else "", peer)
            if key not in self._of_peer:
                self._of_peer[key] = self._resolve(policy.namespace, peer)
            found, certain = self._of_peer[key]
            classes, sure = classes | found, sure | certain
            outside = union(outside, peer.block or NOTHING)
        return classes, sure, outside

    def _resolve(self, namespace: str, peer: Peer) -> tuple[Bits, Bits]:
        if peer.block is not None:
            may, sure = 0, 0
            for where, classes in self._at.items():
                if common(where, peer.block):
                    may |= classes
                    sure |= 0 if minus(where, peer.block) else classes
            return may, sure
        near = (namespace,) if peer.namespaces is None else self.matching(peer.namespaces)
        found = bits(i for i in self.within(near) if self._selects(peer.pods, self.pod(i)))
        return found, found

    def _selections(self, way: str) -> dict[int, list[int]]:
        """Numbers of the policies that act on each class."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, policy in enumerate(self.policies):
            if policy.rules(way) is not None:
                for index in self._in.get(policy.namespace, ()):
                    if self._selects(policy.pods, self.pod(index)):
                        found[index].append(number)
        return found

    @staticmethod
    def _selects(selector: Selector, pod: Pod) -> bool:
        return not pod.host_network and selector.matches(pod.labels)

    def _classes(self, pods: tuple[Pod, ...], marks: tuple[Mark, ...]) -> list[tuple[Pod, ...]]:
        """Pods that no selector, named port or address tells apart."""
        asked = self._asked(marks, {pod.namespace for pod in pods})
        together: dict[object, list[Pod]] = defaultdict(list)
        for pod in pods:
            answers = tuple(s.matches(pod.labels) for s in asked.get(pod.namespace, ()))
            key = (
                pod.namespace,
                pod.host_network,
                pod.ports,
                pod.addresses,
                answers,
                pod.assumes,
                pod.supposed,
            )
            together[key].append(pod)
        return [tuple(alike) for alike in together.values()]

    def _asked(self, marks: tuple[Mark, ...], places: set[str]) -> dict[str, list[Selector]]:
        """By namespace, every selector that is ever put to its pods."""
        found: dict[str, dict[Selector, None]] = defaultdict(dict)
        for namespace, wanted in marks:
            found[namespace][wanted] = None
        peers: dict[tuple[str, Peer], None] = {}
        for policy in self.policies:
            found[policy.namespace][policy.pods] = None
            for rule in (*(policy.ingress or ()), *(policy.egress or ())):
                for peer in rule.peers or ():
                    peers[policy.namespace if peer.local else "", peer] = None
        for namespace, peer in peers:
            if peer.pods.empty or peer.block is not None:
                continue
            near = (namespace,) if peer.namespaces is None else self.matching(peer.namespaces)
            for name in places.intersection(near):
                found[name][peer.pods] = None
        return {name: [s for s in asked if not s.empty] for name, asked in found.items()}


def _resolved(named: Iterable[tuple[str, str]], pod: Pod) -> Spans:
    """The numbers that a pod gives to names; on the host's network it is an address, without."""
    ports = NOTHING
    for name, protocol in () if pod.host_network else named:
        for title, kind, number in pod.ports:
            if (title, kind) == (name, protocol):
                ports = union(ports, ((protocol, number, number),))
    return ports
