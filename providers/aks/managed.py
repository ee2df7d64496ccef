"""The managed cluster: what Azure is asked for."""

from typing import Any

import pulumi

from providers.aks.identities import ClusterIdentities
from providers.aks.network import Network
from providers.aks.pools import inline
from providers.aks.site import Made, Site
from providers.config import AksConfig

_CLUSTER = "Microsoft.ContainerService/managedClusters"
_HOURS = {
    "patches": "aksManagedAutoUpgradeSchedule",
    "images": "aksManagedNodeOSUpgradeSchedule",
}
"""When Kubernetes' patches may come, and when the machines' images: what Azure calls the plans."""


def managed_cluster(site: Site, network: Network, identities: ClusterIdentities) -> Made:
    """The control plane with its system pool; other pools are resources of their own."""
    config, names = site.config, site.names
    cluster = site.make(
        "containerservice:ManagedCluster",
        "aks",
        {
            **site.placed,
            "resourceName": names.cluster,
            "dnsPrefix": names.cluster,
            "kubernetesVersion": config.version,
            "nodeResourceGroup": names.nodes_group,
            "sku": {"name": "Base", "tier": "Standard"},
            **_people(config),
            **_identities(identities),
            "apiServerAccessProfile": _access(config, network),
            "networkProfile": _network(config),
            "storageProfile": {
                "diskCSIDriver": {"enabled": True},
                "fileCSIDriver": {"enabled": False},
                "snapshotController": {"enabled": True},
            },
            "autoUpgradeProfile": {"upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage"},
            "agentPoolProfiles": [inline(config, network)],
            "name": None,
        },
        network.ready,
        *identities.ready,
        # The autoscaler counts, not we.
        ignore=("agentPoolProfiles[*].count",),
    )
    for role, name in _HOURS.items():
        _maintenance(site, role, name, cluster)
    return cluster


def cluster_id(site: Site) -> str:
    """The cluster's id."""
    return site.names.id(_CLUSTER, site.names.cluster)


def _people(config: AksConfig) -> dict[str, Any]:
    """Whoever comes is known to Entra, and may do what Azure's roles say."""
    return {
        "enableRBAC": True,
        "disableLocalAccounts": True,
        "aadProfile": {"managed": True, "enableAzureRBAC": True, "tenantID": config.tenant},
    }


def _identities(identities: ClusterIdentities) -> dict[str, Any]:
    """As whom the cluster acts, and that its pods can be somebody."""
    kubelet = {
        "resourceId": identities.kubelet,
        "clientId": identities.kubelet_client,
        "objectId": identities.puller.id,
    }
    return {
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": [identities.control_plane],
        },
        "identityProfile": {"kubeletidentity": kubelet},
        "oidcIssuerProfile": {"enabled": True},
        "securityProfile": {
            "workloadIdentity": {"enabled": True},
            "imageCleaner": {"enabled": True, "intervalHours": 168},
        },
    }


def _access(config: AksConfig, network: Network) -> dict[str, Any]:
    """The API server has an address in a subnet of ours, whether or not it has a public one."""
    public = [str(each) for each in config.public_from]
    return {
        "enableVnetIntegration": True,
        "subnetId": network.api,
        "disableRunCommand": True,
        "enablePrivateCluster": not public,
        **(
            {"authorizedIPRanges": public}
            if public
            else {"privateDNSZone": "system", "enablePrivateClusterPublicFQDN": False}
        ),
    }


def _network(config: AksConfig) -> dict[str, Any]:
    """Addresses of pods are the cluster's own; Cilium enforces every NetworkPolicy."""
    return {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "podCidr": str(config.networks.pods),
        "serviceCidr": str(config.networks.services),
        "dnsServiceIP": config.networks.dns_address(),
        "ipFamilies": ["IPv4"],
        "loadBalancerSku": "standard",
        "outboundType": "userAssignedNATGateway",
    }


def _maintenance(site: Site, role: str, name: str, cluster: pulumi.Resource) -> None:
    """On Sundays, early, by the clock of UTC."""
    site.make(
        "containerservice:MaintenanceConfiguration",
        role,
        {
            **site.within,
            "resourceName": site.names.cluster,
            "configName": name,
            "maintenanceWindow": {
                "schedule": {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 1}},
                "startTime": "02:00",
                "durationHours": 6,
                "utcOffset": "+00:00",
            },
        },
        cluster,
    )
