"""Who a ServiceAccount is on AWS: a role of its own, handed to its pods by EKS."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from providers.eks.names import Names
from providers.eks.policies import pod_trust
from providers.eks.sdk import aws


@dataclass(frozen=True, kw_only=True, slots=True)
class Somebody:
    """A ServiceAccount and what it may do: a policy of its own, or one that AWS maintains."""

    service_account: str
    """`namespace/name`."""
    policy: str | None = None
    managed: str | None = None


def role(
    parent: pulumi.Resource, names: Names, who: Somebody
) -> tuple[aws.iam.Role, pulumi.Resource]:
    """The role, and its rights."""
    words = who.service_account.split("/")
    called = "-".join((names.cluster, *words))
    made = aws.iam.Role(
        called,
        name=names.role(*words),
        assume_role_policy=pod_trust(who.service_account, names),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    below = pulumi.ResourceOptions(parent=parent)
    if who.managed is not None:
        arn = names.managed_policy(who.managed)
        return made, aws.iam.RolePolicyAttachment(
            called, role=made.name, policy_arn=arn, opts=below
        )
    policy = aws.iam.RolePolicy(
        called, name=names.policy(*words), role=made.name, policy=who.policy, opts=below
    )
    return made, policy


def identity(
    parent: pulumi.Resource, cluster: aws.eks.Cluster, names: Names, who: Somebody
) -> aws.eks.PodIdentityAssociation:
    """A pod that is there before its association has no credentials until it starts again."""
    namespace, _, name = who.service_account.partition("/")
    made, rights = role(parent, names, who)
    return aws.eks.PodIdentityAssociation(
        f"{names.cluster}-{namespace}-{name}",
        cluster_name=cluster.name,
        namespace=namespace,
        service_account=name,
        role_arn=made.arn,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[rights]),
    )
