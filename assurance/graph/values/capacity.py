"""What machines there are, and how far they may be promised twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What one node of a pool offers to pods (allocatable, not the machine's label)."""

    cpu: int
    """Thousandths of a core."""
    memory: int
    """Bytes."""
    pods: int = 110
    gpu: int = 0
    gpu_type: str | None = None
    """The extended resource's name, such as `nvidia.com/gpu`."""
    storage: int = 0
    """Ephemeral storage in bytes; 0 is not stated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taint:
    """A node taint, as in the Kubernetes documentation."""

    key: str
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Nodes of one shape."""

    name: str
    shape: Shape
    min: int
    max: int
    zones: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    spot: bool = False
    price_key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Overcommit:
    """How many times the sum of all quotas may exceed what the pools offer."""

    cpu: float = 1.0
    memory: float = 1.0
    gpu: float = 1.0
    """Of every extended resource."""


class Capability(StrEnum):
    """What a cluster can do beyond plain Kubernetes."""

    NETWORK_POLICY = "network-policy"
    """The network plugin enforces NetworkPolicies."""
    LOAD_BALANCER = "load-balancer"
    GPU = "gpu"
    METRICS = "metrics"
    """The resource metrics API answers, so that autoscaling on CPU works."""
    VOLUMES = "volumes"
    """The storage class provisions volumes."""
