"""Buckets: containers of one storage account, reached privately and with no key at all."""

import pulumi
import pulumi_azure_native as azure

from assurance.graph.values import Endpoint, Port
from providers.aks.grants import WRITE_ACTIONS
from providers.aks.network import Network
from providers.aks.private import Target, private_endpoint
from providers.aks.site import Site
from providers.contract import ObjectStore, ObjectStoreRequest

_ACCOUNT = "Microsoft.Storage/storageAccounts"
_ZONE = "privatelink.blob.core.windows.net"
_KEPT_DAYS = 30
_HTTPS = 443


def object_store(
    site: Site, network: Network, request: ObjectStoreRequest
) -> tuple[ObjectStore, tuple[pulumi.Resource, ...]]:
    """The buckets, and what has to be there before anybody is given something in them."""
    names = site.names
    account = _account(site)
    properties = _properties(site, account)
    buckets = [_bucket(site, bucket, properties) for bucket in request.buckets]
    target = Target(role="blob", id=names.id(_ACCOUNT, names.unique), part="blob", zone=_ZONE)
    private_endpoint(site, network, target, account)
    host = f"{names.unique}.blob.core.windows.net"
    endpoint = Endpoint(
        name="platform.object-store",
        ports=(Port(number=_HTTPS),),
        cidrs=(site.config.networks.subnets().endpoints,),
        host=host,
        managed=False,
        scheme="https",
    )
    urls = {bucket: f"wasbs://{bucket}@{host}" for bucket in request.buckets}
    return ObjectStore(endpoint=endpoint, buckets=urls), (*buckets, _writer(site))


def _account(site: Site) -> azure.storage.StorageAccount:
    return azure.storage.StorageAccount(
        f"{site.name}-storage",
        **site.placed,
        account_name=site.names.unique,
        kind="StorageV2",
        sku=azure.storage.SkuArgs(name="Standard_ZRS" if site.config.zones else "Standard_LRS"),
        access_tier=azure.storage.AccessTier.HOT,
        minimum_tls_version="TLS1_2",
        enable_https_traffic_only=True,
        allow_blob_public_access=False,
        allow_shared_key_access=False,
        allow_cross_tenant_replication=False,
        default_to_o_auth_authentication=True,
        is_local_user_enabled=False,
        public_network_access="Disabled",
        network_rule_set=azure.storage.NetworkRuleSetArgs(
            default_action=azure.storage.DefaultAction.DENY, bypass="None"
        ),
        opts=site.options(protect=True),
    )


def _properties(site: Site, account: pulumi.Resource) -> azure.storage.BlobServiceProperties:
    """What is deleted or written over by mistake comes back."""
    kept = azure.storage.DeleteRetentionPolicyArgs(enabled=True, days=_KEPT_DAYS)
    return azure.storage.BlobServiceProperties(
        f"{site.name}-storage-blobs",
        **site.within,
        account_name=site.names.unique,
        blob_services_name="default",
        is_versioning_enabled=True,
        delete_retention_policy=kept,
        container_delete_retention_policy=kept,
        opts=site.options(account),
    )


def _bucket(site: Site, bucket: str, after: pulumi.Resource) -> azure.storage.BlobContainer:
    return azure.storage.BlobContainer(
        f"{site.name}-bucket-{bucket}",
        **site.within,
        account_name=site.names.unique,
        container_name=bucket,
        public_access=azure.storage.PublicAccess.NONE,
        opts=site.options(after, protect=True),
    )


def _writer(site: Site) -> azure.authorization.RoleDefinition:
    """A role of our own: blobs may be written, the container itself is out of reach."""
    names = site.names
    return azure.authorization.RoleDefinition(
        f"{site.name}-blob-writer",
        role_definition_id=names.guid("blob-writer"),
        role_name=f"Blob writer of {names.group}",
        role_type="CustomRole",
        description="Reads, writes and deletes blobs, but no container.",
        scope=names.id(),
        assignable_scopes=[names.id()],
        permissions=[azure.authorization.PermissionArgs(data_actions=list(WRITE_ACTIONS))],
        opts=site.options(),
    )
