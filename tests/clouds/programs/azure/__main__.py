"""A small company on Azure: everything that a rule looks at, as it should be."""

import pulumi
import pulumi_azure_native as azure

ROLES = "/providers/Microsoft.Authorization/roleDefinitions"
group = azure.resources.ResourceGroup("lab", resource_group_name="lab", location="westeurope")


def locked(name: str, resource: pulumi.CustomResource) -> None:
    azure.authorization.ManagementLockByScope(
        name, lock_name=name, scope=resource.id, level="CanNotDelete"
    )


azure.network.VirtualNetwork(
    "lab",
    resource_group_name=group.name,
    virtual_network_name="lab",
    address_space={"address_prefixes": ["10.1.0.0/16"]},
)
subnet = azure.network.Subnet(
    "nodes",
    resource_group_name=group.name,
    virtual_network_name="lab",
    subnet_name="nodes",
    address_prefix="10.1.0.0/20",
    default_outbound_access=False,
)
azure.network.NetworkSecurityGroup(
    "nodes",
    resource_group_name=group.name,
    security_rules=[
        {
            "name": "inside",
            "access": "Allow",
            "direction": "Inbound",
            "priority": 100,
            "protocol": "Tcp",
            "source_address_prefix": "10.1.0.0/16",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_range": "443",
        }
    ],
)
logs = azure.operationalinsights.Workspace(
    "logs", resource_group_name=group.name, workspace_name="lab", retention_in_days=90
)
acting = azure.managedidentity.UserAssignedIdentity(
    "acting", resource_group_name=group.name, resource_name_="acting"
)
cluster = azure.containerservice.ManagedCluster(
    "cluster",
    resource_group_name=group.name,
    resource_name_="lab",
    dns_prefix="lab",
    location="westeurope",
    kubernetes_version="1.35",
    identity={"type": "UserAssigned", "user_assigned_identities": [acting.id]},
    disable_local_accounts=True,
    enable_rbac=True,
    aad_profile={"managed": True, "enable_azure_rbac": True},
    api_server_access_profile={
        "authorized_ip_ranges": ["192.0.2.0/24"],
        "disable_run_command": True,
    },
    network_profile={
        "network_plugin": "azure",
        "network_plugin_mode": "overlay",
        "network_dataplane": "cilium",
        "network_policy": "cilium",
    },
    oidc_issuer_profile={"enabled": True},
    security_profile={"workload_identity": {"enabled": True}},
    auto_upgrade_profile={"upgrade_channel": "patch", "node_os_upgrade_channel": "NodeImage"},
    agent_pool_profiles=[
        {
            "name": "system",
            "mode": "System",
            "count": 3,
            "vm_size": "Standard_D4s_v5",
            "enable_node_public_ip": False,
        }
    ],
)
azure.containerservice.AgentPool(
    "general",
    resource_group_name=group.name,
    resource_name_=cluster.name,
    agent_pool_name="general",
    mode="User",
    vm_size="Standard_D4s_v5",
    enable_node_public_ip=False,
)
azure.monitor.DiagnosticSetting(
    "cluster",
    name="audit",
    resource_uri=cluster.id,
    workspace_id=logs.id,
    logs=[
        {"category": "kube-audit-admin", "enabled": True},
        {"category": "guard", "enabled": True},
        {"category": "kube-apiserver", "enabled": True},
    ],
)
account = azure.storage.StorageAccount(
    "lake",
    resource_group_name=group.name,
    account_name="lablake",
    kind="StorageV2",
    sku={"name": "Standard_ZRS"},
    allow_blob_public_access=False,
    allow_shared_key_access=False,
    allow_cross_tenant_replication=False,
    default_to_o_auth_authentication=True,
    enable_https_traffic_only=True,
    minimum_tls_version="TLS1_2",
    public_network_access="Disabled",
)
azure.storage.BlobServiceProperties(
    "lake",
    resource_group_name=group.name,
    account_name=account.name,
    blob_services_name="default",
    is_versioning_enabled=True,
    delete_retention_policy={"enabled": True, "days": 14},
    container_delete_retention_policy={"enabled": True, "days": 14},
)
container = azure.storage.BlobContainer(
    "lake",
    resource_group_name=group.name,
    account_name=account.name,
    container_name="lake",
    public_access="None",
)
database = azure.dbforpostgresql.Server(
    "database",
    resource_group_name=group.name,
    server_name="lab",
    version="17",
    sku={"name": "Standard_D2ds_v5", "tier": "GeneralPurpose"},
    backup={"backup_retention_days": 7, "geo_redundant_backup": "Disabled"},
    network={
        "delegated_subnet_resource_id": "/subscriptions/s/subnets/db",
        "public_network_access": "Disabled",
    },
    auth_config={"active_directory_auth": "Enabled", "password_auth": "Disabled"},
)
for name, value in (("require_secure_transport", "on"), ("ssl_min_protocol_version", "TLSv1.2")):
    azure.dbforpostgresql.Configuration(
        name,
        resource_group_name=group.name,
        server_name=database.name,
        configuration_name=name,
        value=value,
        source="user-override",
    )
cache = azure.redisenterprise.RedisEnterprise(
    "cache",
    resource_group_name=group.name,
    cluster_name="lab",
    sku={"name": "Balanced_B1"},
    minimum_tls_version="1.2",
    public_network_access="Disabled",
    high_availability="Enabled",
)
azure.redisenterprise.Database(
    "cache",
    resource_group_name=group.name,
    cluster_name=cache.name,
    database_name="default",
    client_protocol="Encrypted",
    port=10000,
)
azure.containerregistry.Registry(
    "images",
    resource_group_name=group.name,
    registry_name="lab",
    sku={"name": "Premium"},
    admin_user_enabled=False,
    anonymous_pull_enabled=False,
    public_network_access="Disabled",
)
vault = azure.keyvault.Vault(
    "vault",
    resource_group_name=group.name,
    vault_name="lab",
    properties={
        "tenant_id": "00000000-0000-0000-0000-000000000000",
        "sku": {"family": "A", "name": "standard"},
        "enable_rbac_authorization": True,
        "enable_soft_delete": True,
        "enable_purge_protection": True,
        "soft_delete_retention_in_days": 90,
        "public_network_access": "Disabled",
    },
)
for name, each in {"lake": account, "database": database, "vault": vault}.items():
    locked(name, each)

reader = azure.managedidentity.UserAssignedIdentity(
    "reader", resource_group_name=group.name, resource_name_="reader"
)
azure.managedidentity.FederatedIdentityCredential(
    "reader",
    resource_group_name=group.name,
    resource_name_=reader.name,
    federated_identity_credential_resource_name="red-reader",
    issuer=cluster.oidc_issuer_profile.apply(lambda said: said.issuer_url if said else ""),
    subject="system:serviceaccount:red:reader",
    audiences=["api://AzureADTokenExchange"],
)
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
READS = f"ActionMatches{{'{BLOBS}/read'}} AND"
azure.authorization.RoleAssignment(
    "reader",
    role_assignment_name="0f0e0d0c-0b0a-4908-8706-050403020100",
    scope=container.id,
    principal_id=reader.principal_id,
    principal_type="ServicePrincipal",
    role_definition_id=f"{ROLES}/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    condition=(
        f"((!({READS} SubOperationMatches{{'Blob.List'}}))"
        f" OR (@Request[{BLOBS}:prefix] StringStartsWith 'red/')) AND"
        f" ((!({READS} NOT SubOperationMatches{{'Blob.List'}}))"
        f" OR (@Resource[{BLOBS}:path] StringStartsWith 'red/'))"
    ),
    condition_version="2.0",
)
azure.authorization.RoleAssignment(
    "acting",
    role_assignment_name="0f0e0d0c-0b0a-4908-8706-050403020101",
    scope=subnet.id,
    principal_id=acting.principal_id,
    principal_type="ServicePrincipal",
    role_definition_id=f"{ROLES}/4d97b98b-1d4f-4787-a291-c67834d212e7",
)
