"""The machines: the system pool as part of the cluster, the others beside it."""

from typing import Any

import pulumi

from assurance.graph.values import Pool, Taint
from providers.aks.network import Network
from providers.aks.site import Site
from providers.config import AksConfig
from providers.config.aks_pools import DISK, SYSTEM, AksPoolConfig

_SURGE = "33%"
"""How many machines more there are while a pool is renewed; spot pools have none."""


def inline(config: AksConfig, network: Network) -> dict[str, Any]:
    """The system pool: the one that a cluster cannot be made without."""
    return {"name": SYSTEM, **_machines(config, SYSTEM, network)}


def others(site: Site, network: Network, cluster: pulumi.Resource) -> list[pulumi.Resource]:
    """Every pool but the system's."""
    return [
        site.make(
            "containerservice:AgentPool",
            f"pool-{name}",
            {
                **site.within,
                "resourceName": site.names.cluster,
                "agentPoolName": name,
                **_machines(site.config, name, network),
            },
            cluster,
            # The autoscaler counts, not we.
            ignore=("count",),
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
    zones, taints = list(config.pool_zones(pool)), [_text(taint) for taint in pool.node_taints()]
    return {
        "mode": "System" if name == SYSTEM else "User",
        "type": "VirtualMachineScaleSets",
        "vmSize": pool.size,
        "osType": "Linux",
        "osSKU": "Ubuntu",
        "osDiskType": "Managed",
        "osDiskSizeGB": DISK,
        "orchestratorVersion": config.version,
        "enableAutoScaling": True,
        "count": pool.min,
        "minCount": pool.min,
        "maxCount": pool.max,
        "maxPods": pool.pods,
        "vnetSubnetID": network.nodes,
        "enableNodePublicIP": False,
        "nodeLabels": pool.node_labels(name),
        **({"availabilityZones": zones} if zones else {}),
        **({"nodeTaints": taints} if taints else {}),
        **({"gpuProfile": {"driver": "Install"}} if pool.gpu else {}),
        **_kind(pool),
    }


def _kind(pool: AksPoolConfig) -> dict[str, Any]:
    if not pool.spot:
        return {"upgradeSettings": {"maxSurge": _SURGE}}
    return {
        "scaleSetPriority": "Spot",
        "scaleSetEvictionPolicy": "Delete",
        "spotMaxPrice": -1,
    }


def _text(taint: Taint) -> str:
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"
