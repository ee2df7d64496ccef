"""What of a node's own disk pods may ask for. Pure."""

EVICTION = 10
"""Percent of its disk at which a kubelet begins to evict: its default."""
_FILE_SYSTEM = 5
"""Percent of a disk that partitions and file system keep, at most: in published listings of nodes
it is less than 1 on Amazon Linux and 3.3 on AKS's Ubuntu. Verified on no node of ours."""


def left_of(size: int, reserved: int = 0) -> int:
    """Bytes that a node with a disk of this size offers at least; `reserved` is the kubelet's."""
    seen = size * (100 - _FILE_SYSTEM) // 100
    return seen * (100 - EVICTION) // 100 - reserved
