"""What a cloud runs on every node of its own accord, and how much of the node that asks for.

Requests are the DaemonSets' defaults, which none of our settings change. Their pods are no
resources of ours, so only here does anything know of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assurance.graph.values import Shape

_MIB = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """One pod on each node."""

    cpu: int
    """Thousandths of a core."""
    memory: int
    """MiB."""
    source: str
    """Who says so."""


def beside(agents: Mapping[str, Agent], shape: Shape) -> Shape:
    """What they leave of a node for other pods."""
    return replace(
        shape,
        cpu=shape.cpu - sum(agent.cpu for agent in agents.values()),
        memory=shape.memory - sum(agent.memory for agent in agents.values()) * _MIB,
        pods=shape.pods - len(agents),
    )


EKS_AGENTS: Mapping[str, Agent] = {
    "aws-ebs-csi-driver": Agent(
        cpu=30,
        memory=120,
        source="values of the chart aws-ebs-csi-driver: three containers, 10m and 40Mi each",
    ),
    "eks-pod-identity-agent": Agent(
        cpu=0, memory=0, source="values of the chart eks-pod-identity-agent: no requests"
    ),
    "kube-proxy": Agent(cpu=100, memory=0, source="nodes of EKS as people have listed them"),
    "vpc-cni": Agent(
        cpu=50,
        memory=0,
        source="DaemonSets aws-node as people have listed them: two containers, 25m each",
    ),
}
"""By the add-on that brings it."""

AKS_AGENTS: Mapping[str, Agent] = {
    "azure-cns": Agent(cpu=40, memory=250, source="nodes of AKS as people have listed them"),
    "azure-ip-masq-agent": Agent(
        cpu=100, memory=50, source="nodes of AKS as people have listed them"
    ),
    "cilium": Agent(
        cpu=100,
        memory=100,
        source="issue 5244 of Azure/AKS: only an init container asks; its CPU as in Cilium's chart",
    ),
    "cloud-node-manager": Agent(
        cpu=50, memory=50, source="nodes of AKS as people have listed them"
    ),
    "csi-azuredisk-node": Agent(
        cpu=30,
        memory=60,
        source="values of the chart azuredisk-csi-driver: three containers, 10m and 20Mi each",
    ),
}
"""By DaemonSet, for the network and the drivers that our clusters have."""
