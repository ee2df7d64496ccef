"""Pools of an EKS cluster: managed node groups, each of one shape."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from pydantic import Field, model_validator

from assurance.graph.values import Pool, Taint, bytes_of
from providers.config.agents import EKS_AGENTS, beside
from providers.config.aws_instances import GPU, INSTANCES, RESERVED_DISK, Instance, InstanceType
from providers.config.aws_scalars import Zone
from providers.config.disks import left_of
from providers.config.pools import Labels, TaintConfig
from providers.config.scalars import Bytes, DnsLabel, Flag, Whole
from providers.config.section import MisfitError, Section

SYSTEM = "system"
"""The pool that what comes with the cluster runs on."""
SPOT = Taint(key="ml-platform/spot", value="true")
"""EKS, unlike AKS, taints no spot nodes of its own accord."""
_SMALLEST_DISK = 20 * 2**30


class EksPoolConfig(Section):
    """Nodes of one shape, which come and go with what has to run."""

    instances: tuple[InstanceType, ...] = Field(default=("m6i.xlarge",), min_length=1)
    """Their types, in order of preference; all of one size, so that any will do."""
    min: Whole = Field(default=1, ge=0)
    """Nodes that are always there."""
    max: Whole | None = Field(default=None, ge=1, le=450)
    """At most this many nodes; `min` if left out."""
    spot: Flag = False
    """Whether its nodes are cheap and may be taken away at short notice; pods must tolerate it."""
    gpu: Flag = False
    """Whether its nodes have GPUs, and are kept for pods that ask for one."""
    disk: Bytes = "100Gi"
    """Each node's own disk, for images, logs and scratch."""
    zones: tuple[Zone, ...] = ()
    """Where its nodes stand; all of the cluster's zones if left out."""
    labels: Labels = {}
    """What its nodes carry besides `ml-platform/pool`."""
    taints: tuple[TaintConfig, ...] = ()
    """What keeps other pods away, besides what spot and GPU nodes have."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.most < max(1, self.min):
            message = f"expected at least {max(1, self.min)}, got {self.most}"
            raise MisfitError(message, "min" if self.max is None else "max")
        for number, name in enumerate(self.instances):
            if INSTANCES[name] != self.instance:
                message = f"expected a type of the size of {self.instances[0]}, got {name}"
                raise MisfitError(message, "instances", number)
        if self.gpu and not self.instance.gpu:
            message = f"expected a type with GPUs, such as g5.xlarge, got {self.instances[0]}"
            raise MisfitError(message, "instances")
        if self.instance.gpu and not self.gpu:
            message = f"expected gpu: true beside {self.instances[0]}, which has GPUs, got nothing"
            raise MisfitError(message, "gpu")
        if bytes_of(self.disk) < _SMALLEST_DISK:
            message = f"expected at least 20Gi, got {self.disk}"
            raise MisfitError(message, "disk")
        return self

    @property
    def instance(self) -> Instance:
        """What every node is."""
        return INSTANCES[self.instances[0]]

    @property
    def most(self) -> int:
        """Nodes at the pool's largest."""
        return self.min if self.max is None else self.max

    def pool(self, name: str, zones: tuple[str, ...]) -> Pool:
        """The same as a value."""
        return Pool(
            name=name,
            shape=beside(EKS_AGENTS, replace(self.instance.shape(), storage=self._storage())),
            min=self.min,
            max=self.most,
            zones=self.zones or zones,
            labels=self._all_labels(name),
            taints=tuple(self._all_taints()),
            spot=self.spot,
            price_key=f"ec2.{self.instances[0]}",
        )

    def _storage(self) -> int:
        return left_of(bytes_of(self.disk), RESERVED_DISK)

    def _all_labels(self, name: str) -> dict[str, str]:
        gpu = {f"{GPU}.present": "true"} if self.gpu else {}
        spot = {SPOT.key: SPOT.value} if self.spot else {}
        return {"ml-platform/pool": name, **gpu, **spot, **self.labels}

    def _all_taints(self) -> list[Taint]:
        gpu = [Taint(key=GPU, value="present")] if self.gpu else []
        spot = [SPOT] if self.spot else []
        return [*gpu, *spot, *(taint.taint() for taint in self.taints)]


POOLS: Mapping[str, EksPoolConfig] = {
    SYSTEM: EksPoolConfig(min=3, max=6),
    "general": EksPoolConfig(instances=("m6i.2xlarge",), min=3, max=12),
    "spot": EksPoolConfig(
        instances=("m6i.2xlarge", "m6a.2xlarge", "m5.2xlarge", "m7i.2xlarge"),
        min=0,
        max=12,
        spot=True,
    ),
    "gpu": EksPoolConfig(instances=("g5.xlarge",), min=0, max=4, gpu=True),
}
"""What a stack gets that says nothing of pools."""


def keep_system(pools: Mapping[DnsLabel, EksPoolConfig]) -> None:
    """Refuse a cluster whose own pods would find no node, or lose it at short notice."""
    system = pools.get(SYSTEM)
    if system is None:
        message = "expected a pool named system, for what comes with the cluster, got none"
        raise MisfitError(message, "pools")
    for key, message in (
        ("spot", "expected nodes that stay, got spot: true"),
        ("gpu", "expected nodes without GPUs, got gpu: true"),
        ("taints", "expected no taints, which would keep the cluster's own pods away, got some"),
    ):
        if getattr(system, key):
            raise MisfitError(message, "pools", SYSTEM, key)
    if system.min < 1:
        message = "expected at least 1, got 0: the cluster's own pods need a node to begin with"
        raise MisfitError(message, "pools", SYSTEM, "min")
