"""Amounts of resources, as whole numbers that add up exactly: millicores, bytes, pieces."""

from collections.abc import Mapping

from assurance.graph.values import format_bytes, format_millicores

Amounts = Mapping[str, int]
"""By resource; what is missing is 0."""

CPU, MEMORY, PODS, STORAGE = "cpu", "memory", "pods", "ephemeral-storage"
_HUGE = "hugepages-"


def is_cpu(resource: str) -> bool:
    """Whether it is counted in thousandths; quotas say `requests.cpu` and `limits.cpu`."""
    return resource in {CPU, "requests.cpu", "limits.cpu"}


def is_bytes(resource: str) -> bool:
    """Whether it is an amount of memory or storage."""
    return resource.endswith((MEMORY, "storage")) or _HUGE in resource


def show(resource: str, amount: float) -> str:
    """As people write it: `1500m`, `2Gi`, `4`."""
    if amount == float("inf"):
        return "any number"
    whole = int(amount)
    if is_cpu(resource):
        return format_millicores(whole)
    return _roughly(whole) if is_bytes(resource) else str(whole)


def _roughly(amount: int) -> str:
    """Exact where that is short, else two decimals of the largest binary unit."""
    exact = format_bytes(amount)
    if len(exact) <= len("1023.99Gi"):
        return exact
    for power, unit in ((60, "Ei"), (50, "Pi"), (40, "Ti"), (30, "Gi"), (20, "Mi")):
        if amount >= 2**power:
            return f"{amount / 2**power:.2f}{unit}"
    return exact


def listed(amounts: Amounts) -> str:
    """Several, CPU and memory first: `4 cpu, 16Gi memory, 1 nvidia.com/gpu`."""
    order = sorted(amounts, key=lambda name: (name not in {CPU, MEMORY}, name))
    words = (f"{show(name, amounts[name])} {name}" for name in order if amounts[name])
    return ", ".join(words) or "no requests"


def plus(*several: Amounts) -> dict[str, int]:
    """The sum."""
    total: dict[str, int] = {}
    for one in several:
        for name, amount in one.items():
            total[name] = total.get(name, 0) + amount
    return total


def times(amounts: Amounts, count: int) -> dict[str, int]:
    """So many of each."""
    return {name: amount * count for name, amount in amounts.items()}
