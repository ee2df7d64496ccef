"""Who a ServiceAccount is on AWS: a role of its own, handed to its pods by EKS."""

from __future__ import annotations

import pulumi

from providers.eks.names import Names
from providers.eks.policies import pod_trust
from providers.eks.roles import Rights, Role, role
from providers.eks.sdk import aws


def pod_role(parent: pulumi.Resource, names: Names, service_account: str, rights: Rights) -> Role:
    """The role that pods of `namespace/name` take."""
    trust = pod_trust(service_account, names)
    return role(parent, names, (_word(service_account),), trust, rights)


def identity(
    parent: pulumi.Resource,
    cluster: aws.eks.Cluster,
    names: Names,
    service_account: str,
    policy: str,
) -> aws.eks.PodIdentityAssociation:
    """A pod that is there before its association has no credentials until it starts again."""
    namespace, _, name = service_account.partition("/")
    taken = pod_role(parent, names, service_account, Rights(own=policy))
    return aws.eks.PodIdentityAssociation(
        f"{names.cluster}-{_word(service_account)}",
        cluster_name=cluster.name,
        namespace=namespace,
        service_account=name,
        role_arn=taken.made.arn,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=taken.rights),
    )


def _word(service_account: str) -> str:
    """No name of Kubernetes has the underscore: `a/b-c` and `a-b/c` are two."""
    return service_account.replace("/", "_")
