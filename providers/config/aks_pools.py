"""Pools of virtual machines on Azure."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assurance.graph.values import Pool, Shape, Taint
from providers.config.agents import AKS_AGENTS, beside
from providers.config.disks import left_of
from providers.config.pools import Labels, TaintConfig
from providers.config.scalars import Flag, Whole, known_word, text
from providers.config.section import MisfitError, Section
from providers.config.vm_sizes import GPU, VM_SIZES, VmSize

Zone = Literal["1", "2", "3"]
"""An availability zone of a region."""

SYSTEM = "system"
"""The pool that every cluster has."""
_MEGA = 10**6
_EVICTION = 100 * 2**20
"""The kubelet ends pods when less than this is free."""
DISK = 128
"""GiB of a machine's own disk, for images, logs and scratch."""
_KERNEL = 25
"""What firmware and kernel keep of a machine's memory is at most one in so many; estimated from
published node listings, where it is 2 to 3 percent."""
_SPOT = "kubernetes.azure.com/scalesetpriority"

PoolName = Annotated[
    str,
    *text(
        r"[a-z][a-z0-9]{0,11}",
        12,
        "a name of at most 12 of a-z and 0-9, beginning with a letter",
    ),
]
"""What Azure takes for a pool of Linux machines."""

SizeName = Annotated[
    str, *known_word(VM_SIZES, "Azure's sizes that are known here", "Standard_D8ds_v5")
]
"""A size of virtual machines."""


class AksPoolConfig(Section):
    """Machines of one size, as many as are needed."""

    size: SizeName
    """What Azure calls the machines."""
    min: Whole = Field(default=0, ge=0)
    """Machines that are always there."""
    max: Whole = Field(ge=1, le=1000)
    """At most this many machines."""
    gpu: Flag = False
    """Whether the machines have GPUs: said here, so that none is paid for by mistake."""
    spot: Flag = False
    """Whether its machines cost less and may be taken away at short notice."""
    pods: Whole = Field(default=110, ge=10, le=250)
    """Pods that one machine takes."""
    zones: tuple[Zone, ...] | None = None
    """Where its machines stand; the cluster's zones if left out."""
    labels: Labels = {}
    """What its nodes carry besides `ml-platform/pool`."""
    taints: tuple[TaintConfig, ...] = ()
    """What keeps other pods away, besides what GPU and spot machines carry anyway."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.max < self.min:
            message = f"expected at least min ({self.min}), got {self.max}"
            raise MisfitError(message, "max")
        if self.gpu != bool(self.machine.gpus):
            message = (
                f"expected a size with GPUs, got {self.size}"
                if self.gpu
                else f"expected gpu: true beside {self.size}, which has GPUs, got false"
            )
            raise MisfitError(message, "size")
        return self

    @property
    def machine(self) -> VmSize:
        """One machine, whole."""
        return VM_SIZES[self.size]

    def node_labels(self, name: str) -> dict[str, str]:
        """What its nodes carry; Azure labels spot machines itself, and wants to hear it."""
        gpu = {f"{GPU}.present": "true"} if self.gpu else {}
        spot = {_SPOT: "spot"} if self.spot else {}
        return {"ml-platform/pool": name, **gpu, **self.labels, **spot}

    def node_taints(self) -> tuple[Taint, ...]:
        """What its nodes carry; Azure taints spot machines itself, and wants to hear it."""
        gpu = (Taint(key=GPU, value="present"),) if self.gpu else ()
        spot = (Taint(key=_SPOT, value="spot"),) if self.spot else ()
        stated = tuple(taint.taint() for taint in self.taints)
        return tuple(dict.fromkeys((*stated, *gpu, *spot)))

    def pool(self, name: str, zones: tuple[str, ...]) -> Pool:
        """The same as a value."""
        return Pool(
            name=name,
            shape=beside(AKS_AGENTS, allocatable(self.machine, self.pods)),
            min=self.min,
            max=self.max,
            zones=zones,
            labels=self.node_labels(name),
            taints=self.node_taints(),
            spot=self.spot,
            price_key=f"vm.{self.size}",
        )


def allocatable(machine: VmSize, pods: int) -> Shape:
    """What a node offers to pods, by the rule that AKS publishes for 1.29 and later."""
    first, second, others = 60, 40, machine.cores - 2
    small = min(max(others, 0), 2) * 20
    rest = max(others - 2, 0) * 10
    seen = machine.memory - machine.memory // _KERNEL
    kept = min(20 * _MEGA * pods + 50 * _MEGA, seen // 4)
    return Shape(
        cpu=machine.cores * 1000 - (first + second + small + rest),
        memory=seen - kept - _EVICTION,
        storage=left_of(DISK * 2**30),
        pods=pods,
        gpu=machine.gpus,
        gpu_type=GPU if machine.gpus else None,
    )


def nodes_at_most(pools: Iterable[AksPoolConfig]) -> int:
    """Every pool at its largest while it is renewed: a third more, save spot machines."""
    return sum(pool.max if pool.spot else pool.max + -(-pool.max // 3) for pool in pools)
