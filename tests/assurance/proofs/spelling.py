"""Samples, spelled so that an analyzer judges what they mean to us."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network

from assurance.proofs.network.selectors import NAME
from tests.assurance.proofs.samples import LABELS, Sample
from tests.assurance.proofs.worlds import Manifest
from tests.components.network.evaluator import Pod

OWN = "pod"
"""A label that tells a pod from every other, so that addresses can be spelled as selectors."""


def spelled(one: Sample) -> Sample:
    """The sample with every pod named by the blocks that hold its address.

    To both analyzers an ipBlock never means a pod. To us it may, as network plugins differ. So the
    analyzers judge what our reading comes to, with membership worked out by the standard library.
    """
    pods = tuple(replace(pod, labels={**pod.labels, OWN: pod.name}) for pod in one.pods)
    policies = tuple(_with_peers(policy, pods) for policy in one.policies)
    return replace(one, pods=pods, policies=policies)


def without_names_of_addresses(one: Sample) -> Sample:
    """The sample with named ports of egress rules for pods alone.

    An address has no named ports, so the rules mean the same; netpol-analyzer refuses them.
    """
    return replace(one, policies=tuple(map(_split, one.policies)))


def _split(policy: Manifest) -> Manifest:
    spec = dict(policy["spec"])
    if spec.get("egress"):
        spec["egress"] = [part for rule in spec["egress"] for part in _parts(rule)]
    return {**policy, "spec": spec}


def _parts(rule: Manifest) -> Iterator[Manifest]:
    named = [port for port in rule.get("ports") or () if isinstance(port.get("port"), str)]
    numbers = [port for port in rule.get("ports") or () if port not in named]
    if not named:
        yield rule
        return
    peers = [
        peer for peer in rule.get("to") or [{"namespaceSelector": {}}] if "ipBlock" not in peer
    ]
    if peers:
        yield {"to": peers, "ports": named}
    if numbers:
        yield {**rule, "ports": numbers}


def stated(one: Sample) -> Sample:
    """The sample without what network-config-analyzer refuses, or reads against the documentation.

    It refuses rules for a direction that the types leave out, and takes an empty list of egress
    rules beside no types for closed egress. And it looks for Exists and DoesNotExist of a pod
    selector in the policy's own namespace, whatever namespace selector stands beside; so these are
    spelled as In and NotIn of every value.
    """
    return replace(one, policies=tuple(map(_stated, one.policies)))


def _stated(policy: Manifest) -> Manifest:
    spec = dict(policy["spec"])
    for way, side in (("ingress", "from"), ("egress", "to")):
        acts = way.capitalize() in (spec.get("policyTypes") or ("Ingress", "Egress"))
        if way in spec and (not acts or spec[way] == []):
            del spec[way]
        for number, rule in enumerate(spec.get(way, ())):
            if side in rule:
                rules = list(spec[way])
                rules[number] = {**rule, side: [_with_values(peer) for peer in rule[side]]}
                spec[way] = rules
    return {**policy, "spec": spec}


def _with_values(peer: Manifest) -> Manifest:
    selector = peer.get("podSelector") or {}
    if "namespaceSelector" not in peer or "matchExpressions" not in selector:
        return peer
    spelled = []
    for part in selector["matchExpressions"]:
        other = {"Exists": "In", "DoesNotExist": "NotIn"}.get(part["operator"])
        every = list(LABELS.get(part["key"], ("nothing",)))
        spelled.append({"key": part["key"], "operator": other, "values": every} if other else part)
    return {**peer, "podSelector": {**selector, "matchExpressions": spelled}}


def _with_peers(policy: Manifest, pods: Sequence[Pod]) -> Manifest:
    spec = dict(policy["spec"])
    for way, side in (("ingress", "from"), ("egress", "to")):
        if way in spec:
            spec[way] = [
                {**rule, side: [p for peer in rule[side] for p in _named(peer, pods)]}
                if side in rule
                else rule
                for rule in spec[way]
            ]
    return {**policy, "spec": spec}


def _named(peer: Manifest, pods: Iterable[Pod]) -> Iterator[Manifest]:
    yield peer
    block = peer.get("ipBlock")
    for pod in pods:
        if block and not pod.host_network and _holds(block, pod.address):
            yield {
                "namespaceSelector": {"matchLabels": {NAME: pod.namespace}},
                "podSelector": {"matchLabels": {OWN: pod.name}},
            }


def _holds(block: Manifest, address: str) -> bool:
    here = ip_address(address)
    inner = (ip_network(text) for text in block.get("except", ()))
    return here in ip_network(block["cidr"]) and not any(here in network for network in inner)
