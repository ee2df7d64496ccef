"""What a stack asks of its sandbox."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from assurance.graph.values import Pool
from operations.errors import UserError
from providers.config import ClusterConfig, ExistingConfig, PlatformReference

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, kw_only=True, slots=True)
class SandboxSpec:
    """One simulated cluster."""

    name: str
    """The stack's name; also the kubeconfig's context."""
    pools: tuple[Pool, ...]
    pods: Network
    services: Network
    nodes: Network
    storage_class: str | None = None
    version: str = "1.35"
    """Kubernetes, major and minor."""


def spec_of(stack: str, cluster: ClusterConfig | PlatformReference) -> SandboxSpec:
    """The sandbox that a stack's `cluster` section describes; refused where it describes none."""
    if not isinstance(cluster, ExistingConfig) or not cluster.simulated:
        message = (
            f"stack {stack} has a real cluster; a sandbox is started only for a stack whose "
            "platform.cluster says `provider: existing` and `simulated: true`"
        )
        raise UserError(message)
    addresses = cluster.address_plan()
    return SandboxSpec(
        name=cluster.context or stack,
        pools=tuple(pool.pool(name) for name, pool in cluster.pools.items()),
        pods=_first(addresses.pods, "pods"),
        services=_first(addresses.services, "services"),
        nodes=_first(addresses.nodes, "nodes"),
        storage_class=cluster.storage_class,
        version=cluster.version,
    )


def _first(networks: tuple[Network, ...], key: str) -> Network:
    if not networks:
        message = f"platform.cluster.addresses.{key}: a sandbox needs at least one range"
        raise UserError(message)
    return networks[0]
