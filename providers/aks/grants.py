"""What a grant means in Azure: a role, a scope, and for part of a container a condition."""

import pulumi

from assurance.graph.values import Access, Grant
from providers.aks.dns import ZONE_ROLES
from providers.aks.names import Names
from providers.aks.roles import BLOB_READER, SECRETS_USER, Assignment
from providers.grants import grantable

CONTAINER = "Microsoft.Storage/storageAccounts/blobServices/containers"
_BLOBS = f"{CONTAINER}/blobs"
_VAULT_SECRET = "Microsoft.KeyVault/vaults/secrets"  # noqa: S105 - a kind of resource

WRITE_ACTIONS = tuple(f"{_BLOBS}/{verb}" for verb in ("read", "write", "add/action", "delete"))
"""All that writing takes. Azure's own role for it may also delete the container itself, which no
condition on blobs can hold back."""


def assignments(names: Names, grant: Grant) -> tuple[Assignment, ...]:
    """The narrowest that let the grant work."""
    match grantable(grant).kind:
        case "secret":
            scope = names.id(_VAULT_SECRET, names.unique, vault_name(grant.name))
            return (Assignment(role=SECRETS_USER.definition(names), scope=scope),)
        case "challenges" | "records" as kind:
            return tuple(
                Assignment(role=names.role_id(role.name), scope=role.scope(names, grant.name))
                for role in ZONE_ROLES
                if kind in role.given
            )
    writes = grant.access is Access.WRITE
    return (_blobs(names, grant, writer_id(names) if writes else BLOB_READER.definition(names)),)


def vault_name(secret: str) -> str:
    """A secret in the vault, whose names have no slash: one hyphen separates, two are one.

    Those of the platform itself are of one word; no team has the name that one of them begins with.
    """
    if "/" not in secret:
        return secret
    return "-".join(word.replace("-", "--") for word in secret.split("/"))


def writer_id(names: Names) -> str:
    """Our own role's full id."""
    return names.role_id("blob-writer")


def container_id(names: Names, bucket: str) -> str:
    """A bucket's container."""
    return names.id(CONTAINER, names.unique, "default", bucket)


def _blobs(names: Names, grant: Grant, role: str) -> Assignment:
    condition = within(grant.prefix) if grant.prefix else None
    return Assignment(role=role, scope=container_id(names, grant.name), condition=condition)


def within(prefix: str) -> str:
    """Only blobs below the prefix, and listing only what is below it.

    Every action of both roles is named: one that is not would be free.
    """
    if "'" in prefix or "*" in prefix or "?" in prefix:
        message = f"expected a prefix without quotes and wildcards, got {prefix!r}"
        raise pulumi.RunError(message)
    path = f"@Resource[{_BLOBS}:path] StringStartsWith '{prefix}'"
    listed = f"@Request[{_BLOBS}:prefix] StringStartsWith '{prefix}'"
    listing = f"ActionMatches{{'{_BLOBS}/read'}} AND SubOperationMatches{{'Blob.List'}}"
    reading = f"ActionMatches{{'{_BLOBS}/read'}} AND NOT SubOperationMatches{{'Blob.List'}}"
    writing = [f"ActionMatches{{'{action}'}}" for action in WRITE_ACTIONS[1:]]
    clauses = [(listing, listed), (reading, path), *((action, path) for action in writing)]
    return " AND ".join(f"((!({action})) OR ({held}))" for action, held in clauses)
