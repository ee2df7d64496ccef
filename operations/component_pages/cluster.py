"""The page about the cluster that everything stands on, as each stack has it."""

from collections.abc import Iterator, Mapping, Sequence

from assurance.graph.values import Pool, format_bytes, format_millicores
from components.cluster.gpu import PRESENT
from components.manifests import Manifest
from components.parts.priority import priority_classes
from operations.component_pages.described import Described
from operations.component_pages.section import MADE
from operations.component_pages.tables import side_by_side, table
from providers.contract import ClusterFacts

_ABOUT = """\
The cluster itself. What may be said of it depends on who makes it: the tables of
[docs/config.md](../config.md#platform.kind), one for each provider."""


def cluster_page(stacks: Sequence[Described]) -> str:
    """The whole page."""
    return "\n".join(_lines(stacks))


def _lines(stacks: Sequence[Described]) -> Iterator[str]:
    yield from ("# cluster", "", _ABOUT, "", MADE, "")
    yield from side_by_side("", stacks, _facts)
    yield from ("## Priority classes", "", _PRIORITIES, "")
    yield from table(("class", "value", "drives others out", "whose"), map(_class, _CLASSES))
    yield from ("## Pools", "", _POOLS, "")
    for each in stacks:
        yield from (f"### {each.stack}", "")
        yield from table(_POOL, map(_pool, each.cluster.pools))


def _facts(stack: Described) -> Mapping[str, str]:
    own = stack.cluster
    return {
        "provider": stack.config.cluster.provider,
        "Kubernetes": own.version,
        "storage class of claims that name none": own.storage_class or "the cluster's default",
        "capabilities": ", ".join(sorted(own.capabilities)),
        "addresses of pods": ", ".join(map(str, own.addresses.pods)),
        "nodes and pods": "simulated" if own.simulated else "real",
        "GPUs": _gpus(own),
    }


def _gpus(cluster: ClusterFacts) -> str:
    """A pool whose nodes are not labelled for the device plugin only says that it has some."""
    pools = [pool for pool in cluster.pools if pool.shape.gpu]
    if not pools:
        return "none"
    labelled = all(PRESENT.items() <= pool.labels.items() for pool in pools)
    real = labelled and not cluster.simulated
    return "real" if real else "simulated: a number in the nodes' status"


_PRIORITIES = """\
Which pod goes first where not all find room. Pods of teams that name no class stand between these
two, at 0; `priority: batch` of a workload puts it below. Teams may name no other."""
_CLASSES = sorted(priority_classes(), key=lambda each: -int(each["value"]))


def _class(manifest: Manifest) -> tuple[str, ...]:
    drives = "no" if manifest.get("preemptionPolicy") == "Never" else "yes"
    name = manifest["metadata"]["name"]
    return f"`{name}`", str(manifest["value"]), drives, manifest["description"]


_POOL = ("pool", "nodes", "CPU", "memory", "GPUs", "taints")
_POOLS = "What a node offers to pods, after what the system keeps for itself."


def _pool(pool: Pool) -> tuple[str, ...]:
    shape = pool.shape
    nodes = str(pool.min) if pool.min == pool.max else f"{pool.min} to {pool.max}"
    return (
        f"`{pool.name}`" + (" (spot)" if pool.spot else ""),
        nodes,
        format_millicores(shape.cpu),
        _memory(shape.memory),
        f"{shape.gpu} of `{shape.gpu_type}`" if shape.gpu else "",
        ", ".join(f"`{t.key}{'=' if t.value else ''}{t.value}:{t.effect}`" for t in pool.taints),
    )


def _memory(value: int) -> str:
    """What a cloud leaves of a machine is no round number."""
    exact = format_bytes(value)
    return f"{value / 2**30:.1f}Gi" if exact.isdigit() else exact
