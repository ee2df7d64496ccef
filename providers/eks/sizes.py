"""Machines of managed stores: the smallest one that is at least as large as what is asked for."""

from collections.abc import Iterator, Mapping

import pulumi

from assurance.graph.values import format_bytes, format_millicores
from providers.config.aws_instances import CORES

_GIB = 2**30
_MOST_CORES = 64
_DATABASE_FAMILIES: Mapping[str, int] = {"m7g": 4, "r7g": 8}
"""GiB to a core."""
_CACHES: Mapping[str, float] = {
    "cache.t4g.small": 1.37,
    "cache.t4g.medium": 3.09,
    "cache.m7g.large": 6.38,
    "cache.m7g.xlarge": 12.93,
    "cache.m7g.2xlarge": 26.04,
    "cache.m7g.4xlarge": 52.26,
    "cache.m7g.8xlarge": 103.68,
    "cache.m7g.12xlarge": 157.12,
    "cache.m7g.16xlarge": 209.55,
}
"""GiB that AWS lets a node keep, by type; a quarter of it is left to replication and backups."""
_LEFT_FREE = 0.25


def _databases() -> Iterator[tuple[int, int, str]]:
    for size, cpu in CORES.items():
        for family, per in _DATABASE_FAMILIES.items():
            if cpu <= _MOST_CORES:
                yield cpu, per * cpu, f"db.{family}.{size}"


def database_class(cpu: int, memory: int) -> str:
    """An RDS instance class, for thousandths of a core and bytes."""
    for cores, gib, name in sorted(_databases()):
        if 1000 * cores >= cpu and gib * _GIB >= memory:
            return name
    asked = f"{format_millicores(cpu)} CPU and {format_bytes(memory)}"
    message = f"platform.database: expected at most {_MOST_CORES} CPU and 512Gi on EKS, got {asked}"
    raise pulumi.RunError(message)


def cache_node(memory: int) -> str:
    """An ElastiCache node type, for bytes of data."""
    for name, gib in _CACHES.items():
        if gib * (1 - _LEFT_FREE) * _GIB >= memory:
            return name
    message = f"platform.cache.memory: expected at most 157Gi on EKS, got {format_bytes(memory)}"
    raise pulumi.RunError(message)
