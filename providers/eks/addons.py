"""What EKS itself keeps running on the cluster, in the order in which it can start.

EKS chooses each add-on's version to fit the cluster's: its catalogue cannot be read offline.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from providers.eks.identities import pod_role
from providers.eks.names import Names
from providers.eks.roles import Rights
from providers.eks.sdk import aws

CNI = "vpc-cni"
_BEFORE_NODES = (CNI, "eks-pod-identity-agent", "kube-proxy")
"""Run on every node from its first moment: without them it never becomes ready."""
DRIVER = "aws-ebs-csi-driver"
_AFTER_NODES = (DRIVER, "coredns", "metrics-server")
"""Deployments, which would wait for nodes, and be taken for broken."""
_IDENTITIES: Mapping[str, tuple[str, str]] = {
    CNI: ("kube-system/aws-node", "AmazonEKS_CNI_Policy"),
    DRIVER: ("kube-system/ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
}
"""Its ServiceAccount, and the policy that AWS maintains for it."""
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    CNI: {
        # texts, as this add-on wants them; without the first, NetworkPolicies are silently ignored
        "enableNetworkPolicy": "true",
        "nodeAgent": {"enablePolicyEventLogs": "true"},
        "env": {
            "ENABLE_PREFIX_DELEGATION": "true",
            "WARM_PREFIX_TARGET": "1",
            "NETWORK_POLICY_ENFORCING_MODE": "standard",
        },
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Addons:
    """Makes add-ons of one cluster."""

    parent: pulumi.Resource
    names: Names
    cluster: aws.eks.Cluster

    def before_nodes(self) -> list[aws.eks.Addon]:
        """What nodes need to become ready."""
        return [self._addon(name, ()) for name in _BEFORE_NODES]

    def after_nodes(self, nodes: Sequence[pulumi.Resource]) -> Mapping[str, aws.eks.Addon]:
        """What needs nodes."""
        return {name: self._addon(name, nodes) for name in _AFTER_NODES}

    def _addon(self, name: str, after: Sequence[pulumi.Resource]) -> aws.eks.Addon:
        settings = _SETTINGS.get(name)
        associations, rights = self._identity(name)
        return aws.eks.Addon(
            f"{self.names.cluster}-{name}",
            cluster_name=self.cluster.name,
            addon_name=name,
            configuration_values=None if settings is None else json.dumps(settings),
            pod_identity_associations=associations,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            opts=pulumi.ResourceOptions(parent=self.parent, depends_on=[*after, *rights]),
        )

    def _identity(
        self, name: str
    ) -> tuple[
        list[aws.eks.AddonPodIdentityAssociationArgsDict] | None, tuple[pulumi.Resource, ...]
    ]:
        if name not in _IDENTITIES:
            return None, ()
        account, policy = _IDENTITIES[name]
        taken = pod_role(self.parent, self.names, account, Rights(managed=(policy,)))
        bare = account.partition("/")[2]
        return [{"role_arn": taken.made.arn, "service_account": bare}], taken.rights
