"""The managed cluster: what Azure is asked for."""

import pulumi
import pulumi_azure_native.containerservice as aks

from providers.aks.identities import ClusterIdentities
from providers.aks.network import Network
from providers.aks.pools import inline
from providers.aks.site import Site
from providers.config import AksConfig

CLUSTER = "Microsoft.ContainerService/managedClusters"
_UPGRADES = ("aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule")
"""What Azure calls the hours for Kubernetes' patches, and those for the machines' images."""


def managed_cluster(
    site: Site, network: Network, identities: ClusterIdentities
) -> aks.ManagedCluster:
    """The control plane with its system pool; other pools are resources of their own."""
    config, names = site.config, site.names
    cluster = aks.ManagedCluster(
        f"{site.name}-aks",
        **site.placed,
        resource_name_=names.cluster,
        dns_prefix=names.cluster,
        kubernetes_version=config.version,
        node_resource_group=names.nodes_group,
        sku=aks.ManagedClusterSKUArgs(name="Base", tier="Standard"),
        identity=aks.ManagedClusterIdentityArgs(
            type=aks.ResourceIdentityType.USER_ASSIGNED,
            user_assigned_identities=[identities.control_plane],
        ),
        identity_profile={
            "kubeletidentity": aks.UserAssignedIdentityArgs(
                resource_id=identities.kubelet,
                client_id=identities.kubelet_client,
                object_id=identities.puller.id,
            )
        },
        enable_rbac=True,
        disable_local_accounts=True,
        aad_profile=aks.ManagedClusterAADProfileArgs(
            managed=True, enable_azure_rbac=True, tenant_id=config.tenant
        ),
        oidc_issuer_profile=aks.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        security_profile=_security(),
        api_server_access_profile=_access(config, network),
        network_profile=_network(config),
        storage_profile=_storage(),
        auto_upgrade_profile=aks.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel="patch", node_os_upgrade_channel="NodeImage"
        ),
        agent_pool_profiles=[inline(config, network)],
        # The autoscaler counts, not we.
        opts=site.options(network.ready, *identities.ready, ignore=("agentPoolProfiles[*].count",)),
    )
    for role, name in zip(("patches", "images"), _UPGRADES, strict=True):
        _maintenance(site, role, name, cluster)
    return cluster


def _security() -> aks.ManagedClusterSecurityProfileArgs:
    return aks.ManagedClusterSecurityProfileArgs(
        workload_identity=aks.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        image_cleaner=aks.ManagedClusterSecurityProfileImageCleanerArgs(
            enabled=True, interval_hours=168
        ),
    )


def _access(config: AksConfig, network: Network) -> aks.ManagedClusterAPIServerAccessProfileArgs:
    """The API server has an address in a subnet of ours, whether or not it has a public one."""
    private = not config.public_from
    return aks.ManagedClusterAPIServerAccessProfileArgs(
        enable_vnet_integration=True,
        subnet_id=network.api,
        enable_private_cluster=private,
        private_dns_zone="system" if private else None,
        enable_private_cluster_public_fqdn=False if private else None,
        authorized_ip_ranges=[str(each) for each in config.public_from] or None,
        disable_run_command=True,
    )


def _network(config: AksConfig) -> aks.ContainerServiceNetworkProfileArgs:
    """Addresses of pods are the cluster's own; Cilium enforces every NetworkPolicy."""
    return aks.ContainerServiceNetworkProfileArgs(
        network_plugin="azure",
        network_plugin_mode="overlay",
        network_dataplane="cilium",
        network_policy="cilium",
        pod_cidr=str(config.networks.pods),
        service_cidr=str(config.networks.services),
        dns_service_ip=config.networks.dns_address(),
        ip_families=["IPv4"],
        load_balancer_sku="standard",
        outbound_type="userAssignedNATGateway",
    )


def _storage() -> aks.ManagedClusterStorageProfileArgs:
    return aks.ManagedClusterStorageProfileArgs(
        disk_csi_driver=aks.ManagedClusterStorageProfileDiskCSIDriverArgs(enabled=True),
        file_csi_driver=aks.ManagedClusterStorageProfileFileCSIDriverArgs(enabled=False),
        snapshot_controller=aks.ManagedClusterStorageProfileSnapshotControllerArgs(enabled=True),
    )


def _maintenance(site: Site, role: str, name: str, cluster: pulumi.Resource) -> None:
    """On Sundays, early, by the clock of UTC."""
    aks.MaintenanceConfiguration(
        f"{site.name}-{role}",
        **site.within,
        resource_name_=site.names.cluster,
        config_name=name,
        maintenance_window=aks.MaintenanceWindowArgs(
            schedule=aks.ScheduleArgs(
                weekly=aks.WeeklyScheduleArgs(day_of_week="Sunday", interval_weeks=1)
            ),
            start_time="02:00",
            duration_hours=6,
            utc_offset="+00:00",
        ),
        opts=site.options(cluster),
    )
