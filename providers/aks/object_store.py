"""Buckets: containers of one storage account, reached privately and with no key at all."""

import pulumi

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


def _account(site: Site) -> pulumi.Resource:
    return site.make(
        "storage:StorageAccount",
        "storage",
        {
            **site.placed,
            "accountName": site.names.unique,
            "kind": "StorageV2",
            "sku": {"name": "Standard_ZRS" if site.config.zones else "Standard_LRS"},
            "accessTier": "Hot",
            "minimumTlsVersion": "TLS1_2",
            "enableHttpsTrafficOnly": True,
            "allowBlobPublicAccess": False,
            "allowSharedKeyAccess": False,
            "allowCrossTenantReplication": False,
            "defaultToOAuthAuthentication": True,
            "isLocalUserEnabled": False,
            "publicNetworkAccess": "Disabled",
            "networkRuleSet": {"defaultAction": "Deny", "bypass": "None"},
        },
        protect=True,
    )


def _properties(site: Site, account: pulumi.Resource) -> pulumi.Resource:
    """What is deleted or written over by mistake comes back."""
    kept = {"enabled": True, "days": _KEPT_DAYS}
    return site.make(
        "storage:BlobServiceProperties",
        "storage-blobs",
        {
            **site.within,
            "accountName": site.names.unique,
            "blobServicesName": "default",
            "isVersioningEnabled": True,
            "deleteRetentionPolicy": kept,
            "containerDeleteRetentionPolicy": kept,
        },
        account,
    )


def _bucket(site: Site, bucket: str, after: pulumi.Resource) -> pulumi.Resource:
    return site.make(
        "storage:BlobContainer",
        f"bucket-{bucket}",
        {
            **site.within,
            "accountName": site.names.unique,
            "containerName": bucket,
            "publicAccess": "None",
        },
        after,
        protect=True,
    )


def _writer(site: Site) -> pulumi.Resource:
    """A role of our own: blobs may be written, the container itself is out of reach."""
    names = site.names
    return site.make(
        "authorization:RoleDefinition",
        "blob-writer",
        {
            "roleDefinitionId": names.guid("blob-writer"),
            "roleName": f"Blob writer of {names.group}",
            "roleType": "CustomRole",
            "description": "Reads, writes and deletes blobs, but no container.",
            "scope": names.id(),
            "assignableScopes": [names.id()],
            "permissions": [{"dataActions": list(WRITE_ACTIONS)}],
        },
    )
