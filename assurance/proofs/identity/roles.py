"""Roles of Azure that are known by their ids, and what each allows: data.

Of a role's actions only those on data and on what holds it are spelled out; the operation
`Blob.List`, which conditions tell from reading, counts as an action of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BLOBS = "microsoft.storage/storageaccounts/blobservices/containers/blobs"
_CONTAINERS = "microsoft.storage/storageaccounts/blobservices/containers"
READ, LIST = f"{BLOBS}/read", f"{BLOBS}/read blob.list"
WRITE, ADD, DELETE = f"{BLOBS}/write", f"{BLOBS}/add/action", f"{BLOBS}/delete"
DELEGATE = "microsoft.storage/storageaccounts/blobservices/generateuserdelegationkey/action"
READ_SECRET = "microsoft.keyvault/vaults/secrets/getsecret/action"  # noqa: S105 - an action
READ_ABOUT_SECRET = "microsoft.keyvault/vaults/secrets/readmetadata/action"  # noqa: S105 - an action


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """What one allows, in lower case."""

    title: str
    actions: tuple[str, ...]


KNOWN: Mapping[str, Role] = {
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": Role(
        title="Storage Blob Data Reader",
        actions=(f"{_CONTAINERS}/read", DELEGATE, READ, LIST),
    ),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": Role(
        title="Storage Blob Data Contributor",
        actions=(
            *(f"{_CONTAINERS}/{verb}" for verb in ("read", "write", "delete")),
            *(DELEGATE, READ, LIST, WRITE, ADD, DELETE, f"{BLOBS}/move/action"),
        ),
    ),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": Role(
        title="Storage Blob Data Owner",
        actions=(f"{_CONTAINERS}/*", DELEGATE, f"{BLOBS}/*"),
    ),
    "4633458b-17de-408a-b874-0445c86b69e6": Role(
        title="Key Vault Secrets User", actions=(READ_SECRET, READ_ABOUT_SECRET)
    ),
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": Role(
        title="AcrPull", actions=("microsoft.containerregistry/registries/pull/read",)
    ),
    "4d97b98b-1d4f-4787-a291-c67834d212e7": Role(
        title="Network Contributor", actions=("microsoft.network/*",)
    ),
    "f1a07417-d97a-45cb-824c-7a7467783830": Role(
        title="Managed Identity Operator",
        actions=(
            "microsoft.managedidentity/userassignedidentities/read",
            "microsoft.managedidentity/userassignedidentities/assign/action",
        ),
    ),
    "b12aa53e-6015-4669-85d0-8515ebb3ae7f": Role(
        title="Private DNS Zone Contributor", actions=("microsoft.network/privatednszones/*",)
    ),
    "befefa01-2a29-4197-83a8-272ff33ce314": Role(
        title="DNS Zone Contributor", actions=("microsoft.network/dnszones/*",)
    ),
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": Role(title="Owner", actions=("*",)),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": Role(title="Contributor", actions=("*",)),
}
