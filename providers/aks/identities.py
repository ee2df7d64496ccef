"""Who acts: the cluster's own two identities, and one for each ServiceAccount that asks."""

from dataclasses import dataclass

import pulumi

from assurance.graph.values import Grant
from providers.aks.grants import assignments
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
from providers.aks.site import Made, Site
from providers.contract import Identity
from providers.naming import fitted

_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
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
    controller = Principal(name="control-plane", id=control.output("principalId"))
    kubelet_id = names.id(_IDENTITY, names.of("kubelet"))
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
        control_plane=names.id(_IDENTITY, names.of("control-plane")),
        kubelet=kubelet_id,
        puller=Principal(name="kubelet", id=kubelet.output("principalId")),
        kubelet_client=kubelet.output("clientId"),
        ready=(control, kubelet, *granted),
    )


def may_pull(
    site: Site, identities: ClusterIdentities, registry: str, *after: pulumi.Resource
) -> pulumi.Resource:
    """Let nodes pull images from the registry."""
    what = Assignment(role=ACR_PULL.definition(site.names), scope=registry)
    return assign(site, "kubelet-pull", identities.puller, what, *after)


def workload_identity(
    site: Site,
    service_account: str,
    grants: tuple[Grant, ...],
    cluster: Made,
    after: tuple[pulumi.Resource, ...],
) -> Identity:
    """An identity that pods of one ServiceAccount take, and what it may do."""
    namespace, _, account = service_account.partition("/")
    role, name = f"{namespace}.{account}", identity_name(site.names, service_account)
    made = _made(site, role, name)
    credential = site.make(
        "managedidentity:FederatedIdentityCredential",
        f"{role}.credential",
        {
            **site.within,
            "resourceName": name,
            "federatedIdentityCredentialResourceName": "kubernetes",
            "issuer": cluster.output("oidcIssuerProfile").apply(lambda it: it["issuerURL"]),
            "subject": f"system:serviceaccount:{namespace}:{account}",
            "audiences": [_AUDIENCE],
        },
        made,
    )
    given: list[pulumi.Resource] = [credential]
    who = Principal(name=service_account, id=made.output("principalId"))
    for grant in sorted(set(grants), key=_order):
        words = (role, grant.access, grant.kind, grant.name, grant.prefix.strip("/"))
        for number, what in enumerate(assignments(site.names, grant)):
            called = ".".join(filter(None, (*words, str(number or ""))))
            given.append(assign(site, called, who, what, *after))
    return Identity(
        annotations={"azure.workload.identity/client-id": made.output("clientId")},
        pod_labels={"azure.workload.identity/use": "true"},
        after=tuple(given),
    )


def identity_name(names: Names, service_account: str) -> str:
    """One for each ServiceAccount; no name of Kubernetes has the underscore that separates them."""
    words = service_account.replace(".", "_").split("/")
    return fitted(names.of(limit=40), *words, limit=_LONGEST, separator="_")


def _made(site: Site, role: str, name: str | None = None) -> Made:
    return site.make(
        "managedidentity:UserAssignedIdentity",
        role,
        {
            **site.placed,
            "resourceName": name or site.names.of(role),
            "principalId": None,
            "clientId": None,
        },
    )


def _order(grant: Grant) -> tuple[str, ...]:
    return (grant.kind, grant.name, grant.prefix, grant.access)
