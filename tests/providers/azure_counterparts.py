"""Which of Azure's models stands for which type of resource."""

from collections.abc import Mapping

from tests.providers.azure_models import Counterpart

_ONE = "_operations"


def _of(package: str, model: str, request: str, **renamed: str) -> Counterpart:
    return Counterpart(package=package, model=model, request=request, renamed=renamed)


COUNTERPARTS: Mapping[str, Counterpart] = {
    f"azure-native:{kind}": found
    for kind, found in {
        "authorization:RoleAssignment": _of(
            "authorization.v2022_04_01",
            "RoleAssignmentCreateParameters",
            "_role_assignments_operations:build_create_request",
        ),
        "authorization:RoleDefinition": _of(
            "authorization.v2022_04_01",
            "RoleDefinition",
            "_role_definitions_operations:build_create_or_update_request",
            roleType="type",
        ),
        "containerregistry:Registry": _of(
            "containerregistry",
            "Registry",
            f"{_ONE}:build_registries_create_request",
            iPAddressOrRange="value",
        ),
        "containerservice:AgentPool": _of(
            "containerservice", "AgentPool", f"{_ONE}:build_agent_pools_create_or_update_request"
        ),
        "containerservice:MaintenanceConfiguration": _of(
            "containerservice",
            "MaintenanceConfiguration",
            f"{_ONE}:build_maintenance_configurations_create_or_update_request",
        ),
        "containerservice:ManagedCluster": _of(
            "containerservice",
            "ManagedCluster",
            f"{_ONE}:build_managed_clusters_create_or_update_request",
        ),
        "dbforpostgresql:Configuration": _of(
            "postgresqlflexibleservers",
            "ConfigurationForUpdate",
            f"{_ONE}:build_configurations_put_request",
        ),
        "dbforpostgresql:Server": _of(
            "postgresqlflexibleservers", "Server", f"{_ONE}:build_servers_create_or_update_request"
        ),
        "dns:Zone": _of("dns", "Zone", "_zones_operations:build_create_or_update_request"),
        "keyvault:Secret": _of(
            "keyvault",
            "SecretCreateOrUpdateParameters",
            f"{_ONE}:build_secrets_create_or_update_request",
        ),
        "keyvault:Vault": _of(
            "keyvault",
            "VaultCreateOrUpdateParameters",
            f"{_ONE}:build_vaults_create_or_update_request",
        ),
        "managedidentity:FederatedIdentityCredential": _of(
            "msi.v2024_11_30",
            "FederatedIdentityCredential",
            "_federated_identity_credentials_operations:build_create_or_update_request",
        ),
        "managedidentity:UserAssignedIdentity": _of(
            "msi.v2024_11_30",
            "Identity",
            "_user_assigned_identities_operations:build_create_or_update_request",
        ),
        "network:NatGateway": _of(
            "network", "NatGateway", f"{_ONE}:build_nat_gateways_create_or_update_request"
        ),
        "network:NetworkSecurityGroup": _of(
            "network",
            "NetworkSecurityGroup",
            f"{_ONE}:build_network_security_groups_create_or_update_request",
        ),
        "network:PrivateDnsZoneGroup": _of(
            "network",
            "PrivateDnsZoneGroup",
            f"{_ONE}:build_private_dns_zone_groups_create_or_update_request",
        ),
        "network:PrivateEndpoint": _of(
            "network",
            "PrivateEndpoint",
            f"{_ONE}:build_private_endpoints_create_or_update_request",
        ),
        "network:PublicIPAddress": _of(
            "network",
            "PublicIPAddress",
            f"{_ONE}:build_public_ip_addresses_create_or_update_request",
        ),
        "network:Subnet": _of(
            "network", "Subnet", f"{_ONE}:build_subnets_create_or_update_request"
        ),
        "network:VirtualNetwork": _of(
            "network", "VirtualNetwork", f"{_ONE}:build_virtual_networks_create_or_update_request"
        ),
        "privatedns:PrivateZone": _of(
            "privatedns", "PrivateZone", f"{_ONE}:build_private_zones_create_or_update_request"
        ),
        "privatedns:VirtualNetworkLink": _of(
            "privatedns",
            "VirtualNetworkLink",
            f"{_ONE}:build_virtual_network_links_create_or_update_request",
        ),
        "redisenterprise:Database": _of(
            "redisenterprise", "Database", "_databases_operations:build_create_request"
        ),
        "redisenterprise:RedisEnterprise": _of(
            "redisenterprise", "Cluster", "_redis_enterprise_operations:build_create_request"
        ),
        "storage:BlobContainer": _of(
            "storage", "BlobContainer", f"{_ONE}:build_blob_containers_create_request"
        ),
        "storage:BlobServiceProperties": _of(
            "storage",
            "BlobServiceProperties",
            f"{_ONE}:build_blob_services_set_service_properties_request",
        ),
        "storage:StorageAccount": _of(
            "storage",
            "StorageAccountCreateParameters",
            f"{_ONE}:build_storage_accounts_create_request",
            enableHttpsTrafficOnly="supportsHttpsTrafficOnly",
            networkRuleSet="networkAcls",
        ),
    }.items()
}
"""By type of resource."""

_NO_PACKAGE = "the package of Azure that describes it is no development dependency"
WITHOUT: Mapping[str, str] = {
    "azure-native:authorization:ManagementLockByScope": _NO_PACKAGE,
    "azure-native:monitor:DiagnosticSetting": _NO_PACKAGE,
    "azure-native:operationalinsights:Workspace": _NO_PACKAGE,
    "azure-native:resources:ResourceGroup": _NO_PACKAGE,
}
"""Types of which only the keys are checked, and why."""

EXCUSED: Mapping[str, str] = {
    "containerservice:ManagedCluster.identity.userAssignedIdentities": "azure-native takes a list "
    "of ids, and sends a mapping with each as a key",
    "storage:BlobServiceProperties.blobServicesName": "a part of the address that is always "
    "`default`; azure-native asks for it, the model's operation writes it down",
}
"""Keys that no model has in this form, and why."""
