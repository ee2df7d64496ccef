"""EC2 instance types that pools may have, with what a node of each offers to pods."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from assurance.graph.values import Shape
from providers.config.scalars import text

GPU = "nvidia.com/gpu"
_GIB = 2**30
_MIB = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """What AWS sells under a type's name."""

    cpu: int
    """Cores, as AWS counts them: two to a physical one on x86."""
    memory: int
    """GiB, before the hypervisor and the kernel take theirs."""
    gpu: int = 0
    architecture: Literal["x86_64", "arm64"] = "x86_64"

    @property
    def pods(self) -> int:
        """The most that AWS advises; addresses are handed out in blocks, so they do not bound it.

        Every type here has enough network interfaces for that many.
        """
        return 110 if self.cpu < _MANY_CORES else 250

    @property
    def reserved_cpu(self) -> int:
        """Thousandths of a core that the kubelet keeps: 6 % of the first, then less and less."""
        tenths = 600 + 100 * min(1, self.cpu - 1) + 50 * min(2, max(0, self.cpu - 2))
        return (tenths + 25 * max(0, self.cpu - 4)) // 10

    @property
    def reserved_memory(self) -> int:
        """MiB that the kubelet keeps: some for itself, some for each pod."""
        return 255 + 11 * self.pods

    def shape(self) -> Shape:
        """What is left for pods; never more than a real node offers."""
        seen = int(self.memory * _GIB * (1 - _UNSEEN))
        return Shape(
            cpu=1000 * self.cpu - self.reserved_cpu,
            memory=seen - (self.reserved_memory + EVICTION) * _MIB,
            pods=self.pods,
            gpu=self.gpu,
            gpu_type=GPU if self.gpu else None,
        )


EVICTION = 100
"""MiB at which the kubelet begins to evict: its default."""
RESERVED_DISK = 2**30
"""Bytes of a node's disk that the kubelet keeps for itself."""
_MANY_CORES = 31
_UNSEEN = 0.075
"""The share of memory that a node may lack: what Karpenter, too, assumes of types never seen."""

CORES: Mapping[str, int] = {
    "large": 2,
    "xlarge": 4,
    "2xlarge": 8,
    "4xlarge": 16,
    "8xlarge": 32,
    "12xlarge": 48,
    "16xlarge": 64,
    "24xlarge": 96,
}
"""By a size's name, whatever is sold in it."""
_PER_CORE: Mapping[str, int] = {
    **dict.fromkeys(("m5", "m5a", "m6a", "m6i", "m7a", "m7i"), 4),
    **dict.fromkeys(("c6a", "c6i", "c7a", "c7i"), 2),
    **dict.fromkeys(("r5", "r6a", "r6i", "r7a", "r7i"), 8),
}
"""GiB to a core, by family."""
_PER_ARM_CORE: Mapping[str, int] = {"m7g": 4, "c7g": 2, "r7g": 8}
_LARGEST_ARM = 64
_TO_16 = {"xlarge": 1, "2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "12xlarge": 4, "16xlarge": 1}
_GPUS = {
    "g4dn": _TO_16,
    "g5": {**_TO_16, "24xlarge": 4},
    "g6": {**_TO_16, "24xlarge": 4},
}
"""How many, by family and size."""


def _known() -> Iterator[tuple[str, Instance]]:
    for size, cpu in CORES.items():
        for family, per in _PER_CORE.items():
            yield f"{family}.{size}", Instance(cpu=cpu, memory=per * cpu)
        for family, per in _PER_ARM_CORE.items():
            if cpu <= _LARGEST_ARM:
                instance = Instance(cpu=cpu, memory=per * cpu, architecture="arm64")
                yield f"{family}.{size}", instance
        for family, counts in _GPUS.items():
            if size in counts:
                yield f"{family}.{size}", Instance(cpu=cpu, memory=4 * cpu, gpu=counts[size])
    yield "g5.48xlarge", Instance(cpu=192, memory=768, gpu=8)
    yield "g6.48xlarge", Instance(cpu=192, memory=768, gpu=8)
    yield "p4d.24xlarge", Instance(cpu=96, memory=1152, gpu=8)
    yield "p5.48xlarge", Instance(cpu=192, memory=2048, gpu=8)


INSTANCES: Mapping[str, Instance] = dict(_known())
"""By name."""

InstanceType = Annotated[
    str,
    *text(
        "|".join(re.escape(name) for name in sorted(INSTANCES)),
        20,
        "an EC2 instance type whose size is known here, such as m6i.xlarge or g5.xlarge",
        "m6i.xlarge",
        "g5.xlarge",
    ),
]
"""A type of the table."""
