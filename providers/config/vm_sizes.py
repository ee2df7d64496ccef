"""Azure's sizes of virtual machines: cores, memory and GPUs, as its documentation states them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

GPU = "nvidia.com/gpu"

_GI = 2**30
_FAMILIES: Mapping[str, tuple[tuple[int, ...], int]] = {
    "Standard_D{}s_v5": ((2, 4, 8, 16, 32, 48, 64, 96), 4),
    "Standard_D{}ds_v5": ((2, 4, 8, 16, 32, 48, 64, 96), 4),
    "Standard_D{}as_v5": ((2, 4, 8, 16, 32, 48, 64, 96), 4),
    "Standard_D{}ads_v5": ((2, 4, 8, 16, 32, 48, 64, 96), 4),
    "Standard_E{}s_v5": ((2, 4, 8, 16, 20, 32, 48, 64), 8),
    "Standard_E{}ds_v5": ((2, 4, 8, 16, 20, 32, 48, 64), 8),
    "Standard_E{}as_v5": ((2, 4, 8, 16, 20, 32, 48, 64), 8),
    "Standard_E{}ads_v5": ((2, 4, 8, 16, 20, 32, 48, 64), 8),
    "Standard_F{}s_v2": ((2, 4, 8, 16, 32, 48, 64), 2),
}
"""Cores of each size, and GiB for each core."""
_WITH_GPUS: Mapping[str, tuple[int, int, int]] = {
    "Standard_NC4as_T4_v3": (4, 28, 1),
    "Standard_NC8as_T4_v3": (8, 56, 1),
    "Standard_NC16as_T4_v3": (16, 110, 1),
    "Standard_NC64as_T4_v3": (64, 440, 4),
    "Standard_NC24ads_A100_v4": (24, 220, 1),
    "Standard_NC48ads_A100_v4": (48, 440, 2),
    "Standard_NC96ads_A100_v4": (96, 880, 4),
    "Standard_NC40ads_H100_v5": (40, 320, 1),
    "Standard_NC80adis_H100_v5": (80, 640, 2),
}
"""Cores, GiB, GPUs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VmSize:
    """One machine, before anything is kept back for the system."""

    cores: int
    memory: int
    """Bytes."""
    gpus: int = 0


def _sizes() -> Iterator[tuple[str, VmSize]]:
    for family, (counts, each) in _FAMILIES.items():
        for cores in counts:
            yield family.format(cores), VmSize(cores=cores, memory=cores * each * _GI)
    for name, (cores, memory, gpus) in _WITH_GPUS.items():
        yield name, VmSize(cores=cores, memory=memory * _GI, gpus=gpus)


VM_SIZES: Mapping[str, VmSize] = dict(_sizes())
"""By name. A size that is missing is added to its family here."""
