"""Who acts: the cluster's own two identities, and one for each ServiceAccount that asks."""

from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from assurance.graph.values import Grant
from providers.aks.grants import assignment
from providers.aks.names import Names
from providers.aks.network import Network
from providers.aks.roles import (
    ACR_PULL,
    IDENTITY_OPERATOR,
    NETWORK_CONTRIBUTOR,
    Assignment,
    Principal,
    assign,
)
from providers.aks.site import Site
from providers.contract import Identity
from providers.naming import fitted

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
_AUDIENCE = "api://AzureADTokenExchange"
_LONGEST = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterIdentities:
    """As whom the cluster acts."""

    control_plane: str
    """The identities' ids."""
    kubelet: str
    puller: Principal
    """The kubelet again, as one who can be given a role."""
    kubelet_client: pulumi.Output[str]
    ready: tuple[pulumi.Resource, ...]
    """What has to be granted before the cluster can be made."""


def cluster_identities(site: Site, network: Network) -> ClusterIdentities:
    """The control plane joins nodes to the subnets and hands them the kubelet's identity."""
    names = site.names
    control, kubelet = _made(site, "control-plane"), _made(site, "kubelet")
    controller = Principal(name="control-plane", id=control.principal_id)
    kubelet_id = names.id(IDENTITY, names.of("kubelet"))
    definition = NETWORK_CONTRIBUTOR.definition(names)
    granted = [
        assign(
            site,
            f"control-plane-{subnet}",
            controller,
            Assignment(role=definition, scope=scope),
            network.ready,
        )
        for subnet, scope in (("nodes", network.nodes), ("api", network.api))
    ]
    hands_on = Assignment(role=IDENTITY_OPERATOR.definition(names), scope=kubelet_id)
    granted.append(assign(site, "control-plane-kubelet", controller, hands_on, kubelet))
    return ClusterIdentities(
        control_plane=names.id(IDENTITY, names.of("control-plane")),
        kubelet=kubelet_id,
        puller=Principal(name="kubelet", id=kubelet.principal_id),
        kubelet_client=kubelet.client_id,
        ready=(control, kubelet, *granted),
    )


def may_pull(
    site: Site, identities: ClusterIdentities, registry: str, *after: pulumi.Resource
) -> pulumi.Resource:
    """Let nodes pull images from the registry."""
    what = Assignment(role=ACR_PULL.definition(site.names), scope=registry)
    pulling: pulumi.Resource = assign(site, "kubelet-pull", identities.puller, what, *after)
    return pulling


def workload_identity(
    site: Site,
    service_account: str,
    grants: tuple[Grant, ...],
    cluster: azure.containerservice.ManagedCluster,
    after: tuple[pulumi.Resource, ...],
) -> Identity:
    """An identity that pods of one ServiceAccount take, and what it may do."""
    namespace, _, account = service_account.partition("/")
    role, name = f"{namespace}.{account}", identity_name(site.names, service_account)
    made = _made(site, role, name)
    credential = azure.managedidentity.FederatedIdentityCredential(
        f"{site.name}-{role}.credential",
        **site.within,
        resource_name_=name,
        federated_identity_credential_resource_name="kubernetes",
        issuer=cluster.oidc_issuer_profile.apply(lambda profile: profile.issuer_url),
        subject=f"system:serviceaccount:{namespace}:{account}",
        audiences=[_AUDIENCE],
        opts=site.options(made),
    )
    given: list[pulumi.Resource] = [credential]
    who = Principal(name=service_account, id=made.principal_id)
    for grant in sorted(set(grants), key=_order):
        what = assignment(site.names, grant)
        words = (role, grant.access, grant.kind, grant.name, grant.prefix.strip("/"))
        given.append(assign(site, ".".join(filter(None, words)), who, what, *after))
    return Identity(
        annotations={"azure.workload.identity/client-id": made.client_id},
        pod_labels={"azure.workload.identity/use": "true"},
        after=tuple(given),
    )


def identity_name(names: Names, service_account: str) -> str:
    """One for each ServiceAccount; no name of Kubernetes has the underscore that separates them."""
    words = service_account.replace(".", "_").split("/")
    return fitted(names.of(limit=40), *words, limit=_LONGEST, separator="_")


def _made(
    site: Site, role: str, name: str | None = None
) -> azure.managedidentity.UserAssignedIdentity:
    return azure.managedidentity.UserAssignedIdentity(
        f"{site.name}-{role}",
        **site.placed,
        resource_name_=name or site.names.of(role),
        opts=site.options(),
    )


def _order(grant: Grant) -> tuple[str, ...]:
    return (grant.kind, grant.name, grant.prefix, grant.access)
