"""What the proof rests on: policies that select something, pods that policies can act on."""

from collections.abc import Iterator
from dataclasses import replace

from assurance.graph.intent import Intent
from assurance.graph.values import Capability
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.cluster import Cluster
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.policies import Policy
from assurance.proofs.network.selectors import NAME, Selector

ENFORCED = "the network plugin enforces NetworkPolicies"
OWN_NODE = "what a pod and its own node say to each other, no policy can close"


def selects_nothing(cluster: Cluster) -> Iterator[Finding]:
    """Policies that select no pod, and peers that name no namespace: dead, or misspelt."""
    network = cluster.network
    for policy in network.policies:
        there = network.within([policy.namespace])
        real = [i for i in there if network.pod(i).labels or network.pod(i).ports]
        if real and not policy.pods.empty and not network.chosen(policy.namespace, policy.pods):
            yield finding(
                "policy-selects-nothing",
                Status.REFUTED,
                f"NetworkPolicy {policy}",
                f"it selects no pod of {policy.namespace}: {policy.pods}",
                witness={
                    "selector": str(policy.pods),
                    "labels": [dict(network.pod(i).labels) for i in real[:5]],
                },
                remedy="correct the selector, or remove the policy",
                origin=policy.origin,
            )
        for selector in _namespace_selectors(policy):
            if not network.matching(selector) and selector.name is None:
                yield _no_namespace(cluster, policy, selector)


def _namespace_selectors(policy: Policy) -> list[Selector]:
    rules = (*(policy.ingress or ()), *(policy.egress or ()))
    peers = (peer for rule in rules for peer in rule.peers or ())
    return list(dict.fromkeys(p.namespaces for p in peers if p.namespaces is not None))


def _no_namespace(cluster: Cluster, policy: Policy, selector: Selector) -> Finding:
    return finding(
        "policy-selects-nothing",
        Status.UNKNOWN,
        f"NetworkPolicy {policy}",
        f"no namespace of the graph carries the labels of a peer: {selector}",
        witness={"selector": str(selector), "namespaces": sorted(cluster.network.namespaces)},
        remedy=f"select namespaces by {NAME}, which every namespace has",
        origin=policy.origin,
    )


def outside_policies(cluster: Cluster) -> Iterator[Finding]:
    """Teams' pods on the node's own network: no policy acts on them."""
    network = cluster.network
    teams = {ns for team in cluster.intent.teams.values() for ns in team.namespaces}
    for alike in network.classes:
        for pod in alike:
            if pod.host_network and pod.namespace in teams:
                yield finding(
                    "host-network",
                    Status.REFUTED,
                    str(pod),
                    f"{pod} is on its node's own network, where no NetworkPolicy acts on it",
                    witness={"source": str(pod), "hostNetwork": True},
                    remedy="remove hostNetwork",
                    origin=pod.origin,
                )


def unreadable(cluster: Cluster) -> Iterator[Finding]:
    """What could not be judged, by name."""
    for blur in cluster.blurs:
        yield finding(
            "not-evaluated",
            Status.UNKNOWN,
            blur.subject,
            f"not evaluated: {blur.reason}",
            remedy="make it known before the deployment, or correct it",
        )


def unstated(cluster: Cluster) -> Iterator[Finding]:
    """Facts about the cluster that decide, and that nobody has stated."""
    intent = cluster.intent
    if not _enforced(intent):
        yield finding(
            "enforcement",
            Status.UNKNOWN,
            "cluster",
            "the cluster does not say that its network plugin enforces NetworkPolicies",
            remedy=f"install one that does, and state the capability {Capability.NETWORK_POLICY}",
        )
    blocks = sorted(str(p) for p in cluster.network.policies if _has_block(p))
    if intent.addresses is None and blocks:
        yield finding(
            "address-plan",
            Status.UNKNOWN,
            "cluster",
            "the addresses of pods, services and nodes are not stated, so what the ipBlocks of "
            f"{', '.join(blocks[:3])} reach of them is not known",
            witness={"policies": blocks},
            remedy="state cluster.addresses",
        )


def _has_block(policy: Policy) -> bool:
    rules = (*(policy.ingress or ()), *(policy.egress or ()))
    return any(peer.block is not None for rule in rules for peer in rule.peers or ())


def _enforced(intent: Intent) -> bool:
    """Manifests alone do not speak of a cluster; then it is an assumption."""
    described = intent.addresses is not None or bool(intent.capabilities or intent.pools)
    return not described or Capability.NETWORK_POLICY in intent.capabilities


def judged(cluster: Cluster, found: Finding) -> Finding:
    """The finding, less sure where something that could not be read would change it."""
    if found.status is Status.PROVED:
        doubts = [blur.subject for blur in cluster.blurs]
        doubts += [] if _enforced(cluster.intent) else ["the network plugin"]
    else:
        near = {str(found.witness.get(end, "")).partition("/")[0] for end in ("source", "target")}
        doubts = [b.subject for b in cluster.blurs if b.namespace is None or b.namespace in near]
    if found.status is Status.UNKNOWN or not doubts:
        return replace(found, assumes=tuple(sorted({*found.assumes, ENFORCED, OWN_NODE})))
    message = f"not decided because of {', '.join(doubts[:3])}; else: {found.message}"
    return replace(found, status=Status.UNKNOWN, message=message)
