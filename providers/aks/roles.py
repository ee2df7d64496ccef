"""Roles of Azure, and who gets them where.

Scopes are plain text, known before anything exists: what an identity may do can be judged from a
rehearsal. Only who it is, its principal, is not.
"""

from dataclasses import dataclass

import pulumi

from providers.aks.names import Names
from providers.aks.site import Site

_DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role that Azure brings along."""

    title: str
    guid: str
    verified: bool
    """Whether the id was seen in a source of Azure's own; the others are from general knowledge."""

    def definition(self, names: Names) -> str:
        """Its full id."""
        return f"/subscriptions/{names.subscription}/{_DEFINITIONS}/{self.guid}"


ACR_PULL = Role(title="AcrPull", guid="7f951dda-4ed3-4680-a7ca-43fe172d538d", verified=True)
BLOB_READER = Role(
    title="Storage Blob Data Reader", guid="2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", verified=True
)
SECRETS_USER = Role(
    title="Key Vault Secrets User", guid="4633458b-17de-408a-b874-0445c86b69e6", verified=True
)
NETWORK_CONTRIBUTOR = Role(
    title="Network Contributor", guid="4d97b98b-1d4f-4787-a291-c67834d212e7", verified=False
)
IDENTITY_OPERATOR = Role(
    title="Managed Identity Operator", guid="f1a07417-d97a-45cb-824c-7a7467783830", verified=False
)
CLUSTER_ADMIN = Role(
    title="Azure Kubernetes Service RBAC Cluster Admin",
    guid="b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    verified=False,
)
CLUSTER_USER = Role(
    title="Azure Kubernetes Service Cluster User Role",
    guid="4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    verified=False,
)
EVERY = (
    ACR_PULL,
    BLOB_READER,
    SECRETS_USER,
    NETWORK_CONTRIBUTOR,
    IDENTITY_OPERATOR,
    CLUSTER_ADMIN,
    CLUSTER_USER,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """Somebody who can be given a role."""

    name: str
    """Ours; Azure's own id may not be known yet."""
    id: pulumi.Input[str]
    group: bool = False
    """A group of people, not an identity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A role somewhere."""

    role: str
    """The definition's full id."""
    scope: str
    condition: str | None = None


def assign(
    site: Site, role: str, who: Principal, what: Assignment, *after: pulumi.Resource
) -> pulumi.Resource:
    """Give somebody a role; the assignment's name follows from who, what and where."""
    properties = {
        "roleAssignmentName": site.names.guid(
            who.name, what.role, what.scope, what.condition or ""
        ),
        "scope": what.scope,
        "principalId": who.id,
        "principalType": "Group" if who.group else "ServicePrincipal",
        "roleDefinitionId": what.role,
        **({"condition": what.condition, "conditionVersion": "2.0"} if what.condition else {}),
    }
    return site.make("authorization:RoleAssignment", role, properties, *after)
