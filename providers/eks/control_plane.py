"""The cluster itself, and who may speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from providers.config import EksConfig
from providers.eks.keys import Keys
from providers.eks.logs import log_group
from providers.eks.names import Names
from providers.eks.network import EksNetwork
from providers.eks.policies import service_trust
from providers.eks.roles import Rights, role
from providers.eks.sdk import aws

_MANAGED = ("AmazonEKSClusterPolicy",)
_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlPlane:
    """A cluster without nodes."""

    cluster: aws.eks.Cluster
    admitted: tuple[pulumi.Resource, ...]
    """Who deploys has no rights on the cluster before these are there."""


def control_plane(
    parent: pulumi.Resource, config: EksConfig, names: Names, network: EksNetwork, keys: Keys
) -> ControlPlane:
    """Make it: closed to the internet unless the stack file says from where."""
    trust, rights = service_trust("eks.amazonaws.com", names), Rights(managed=_MANAGED)
    taken = role(parent, names, ("control-plane",), trust, rights)
    logs = log_group(parent, f"/aws/eks/{names.cluster}/cluster", config.log_days, keys.logs)
    cluster = aws.eks.Cluster(
        names.cluster,
        name=names.cluster,
        version=config.version,
        role_arn=taken.made.arn,
        bootstrap_self_managed_addons=False,
        access_config={
            "authentication_mode": "API",
            "bootstrap_cluster_creator_admin_permissions": False,
        },
        vpc_config=_endpoint(config, network),
        kubernetes_network_config={
            "ip_family": "ipv4",
            "service_ipv4_cidr": str(config.networks.services),
        },
        encryption_config={
            "provider": {"key_arn": keys.cluster.arn},
            "resources": ["secrets"],
        },
        enabled_cluster_log_types=list(_LOGS),
        upgrade_policy={"support_type": "STANDARD"},
        deletion_protection=config.protected,
        # without the role's rights, a cluster that is deleted leaves its network interfaces behind
        opts=pulumi.ResourceOptions(
            parent=parent, protect=config.protected, depends_on=[*taken.rights, logs]
        ),
    )
    return ControlPlane(cluster=cluster, admitted=tuple(_admit(cluster, config, names)))


def _endpoint(config: EksConfig, network: EksNetwork) -> aws.eks.ClusterVpcConfigArgsDict:
    public = [str(each) for each in config.public_from]
    from_where = {"public_access_cidrs": public} if public else {}
    return {
        "subnet_ids": [subnet.id for subnet in network.control.values()],
        "endpoint_private_access": True,
        "endpoint_public_access": bool(public),
        **from_where,  # type: ignore[typeddict-item]  # a key that is absent cannot be empty
    }


def groups_of(config: EksConfig) -> Mapping[str, tuple[str, ...]]:
    """The groups that each role is in; administrators need none."""
    roles: dict[str, list[str]] = {arn: [] for arn in config.admins}
    for group, members in sorted(config.groups.items()):
        for arn in members:
            roles.setdefault(arn, []).append(group)
    return {arn: tuple(groups) for arn, groups in roles.items()}


def _admit(
    cluster: aws.eks.Cluster, config: EksConfig, names: Names
) -> list[aws.eks.AccessPolicyAssociation]:
    """One entry for each role; what a group may do, the cluster's own roles say."""
    admin = f"arn:{names.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    admitted = []
    for arn, groups in groups_of(config).items():
        called = arn.partition(":role/")[2].replace("/", "-")
        entry = aws.eks.AccessEntry(
            f"{names.cluster}-{called}",
            cluster_name=cluster.name,
            principal_arn=arn,
            type="STANDARD",
            kubernetes_groups=list(groups) or None,
            opts=pulumi.ResourceOptions(parent=cluster),
        )
        if arn in config.admins:
            admitted.append(
                aws.eks.AccessPolicyAssociation(
                    f"{names.cluster}-{called}",
                    cluster_name=cluster.name,
                    principal_arn=entry.principal_arn,
                    policy_arn=admin,
                    access_scope={"type": "cluster"},
                    opts=pulumi.ResourceOptions(parent=cluster),
                )
            )
    return admitted
