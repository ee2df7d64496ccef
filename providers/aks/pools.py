"""The machines: the system pool as part of the cluster, the others beside it."""

from typing import Any

import pulumi
import pulumi_azure_native.containerservice as aks

from assurance.graph.values import Pool, Taint
from providers.aks.network import Network
from providers.aks.site import Site
from providers.config import AksConfig
from providers.config.aks_pools import SYSTEM, AksPoolConfig

_SURGE = "33%"
"""How many machines more there are while a pool is renewed; spot pools have none."""


def inline(config: AksConfig, network: Network) -> aks.ManagedClusterAgentPoolProfileArgs:
    """The system pool: the one that a cluster cannot be made without."""
    return aks.ManagedClusterAgentPoolProfileArgs(name=SYSTEM, **_machines(config, SYSTEM, network))


def others(site: Site, network: Network, cluster: pulumi.Resource) -> list[aks.AgentPool]:
    """Every pool but the system's."""
    return [
        aks.AgentPool(
            f"{site.name}-pool-{name}",
            **site.within,
            resource_name_=site.names.cluster,
            agent_pool_name=name,
            **_machines(site.config, name, network),
            # The autoscaler counts, not we.
            opts=site.options(cluster, ignore=("count",)),
        )
        for name in sorted(site.config.pools)
        if name != SYSTEM
    ]


def facts(config: AksConfig) -> tuple[Pool, ...]:
    """All pools as values."""
    return tuple(
        pool.pool(name, tuple(f"{config.region}-{zone}" for zone in config.pool_zones(pool)))
        for name, pool in sorted(config.pools.items())
    )


def _machines(config: AksConfig, name: str, network: Network) -> dict[str, Any]:
    """What both ways of making a pool have in common."""
    pool = config.pools[name]
    return {
        "mode": "System" if name == SYSTEM else "User",
        "type": "VirtualMachineScaleSets",
        "vm_size": pool.size,
        "os_type": "Linux",
        "os_sku": "Ubuntu",
        "os_disk_type": "Managed",
        "os_disk_size_gb": 128,
        "orchestrator_version": config.version,
        "enable_auto_scaling": True,
        "count": pool.min,
        "min_count": pool.min,
        "max_count": pool.max,
        "max_pods": pool.pods,
        "availability_zones": list(config.pool_zones(pool)) or None,
        "vnet_subnet_id": network.nodes,
        "enable_node_public_ip": False,
        "node_labels": pool.node_labels(name),
        "node_taints": [_text(taint) for taint in pool.node_taints()] or None,
        **_kind(pool),
    }


def _kind(pool: AksPoolConfig) -> dict[str, Any]:
    driver = {"gpu_profile": aks.GPUProfileArgs(driver="Install")} if pool.gpu else {}
    if pool.spot:
        return {
            **driver,
            "scale_set_priority": "Spot",
            "scale_set_eviction_policy": "Delete",
            "spot_max_price": -1,
        }
    return {**driver, "upgrade_settings": aks.AgentPoolUpgradeSettingsArgs(max_surge=_SURGE)}


def _text(taint: Taint) -> str:
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"
