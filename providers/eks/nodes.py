"""The pools, as managed node groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from assurance.graph.values import Taint, bytes_of
from providers.config import EksConfig
from providers.config.eks_pools import EksPoolConfig
from providers.eks.names import Names
from providers.eks.network import EksNetwork
from providers.eks.policies import plain_trust
from providers.eks.roles import Rights, role
from providers.eks.sdk import aws
from providers.eks.user_data import user_data

_MANAGED = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
"""What every node may do: join, pull images, be looked into; pods have roles of their own."""
_EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
_GIB = 2**30


@dataclass(frozen=True, kw_only=True, slots=True)
class NodesArgs:
    """What nodes stand on."""

    config: EksConfig
    names: Names
    cluster: aws.eks.Cluster
    network: EksNetwork
    first: Sequence[pulumi.Resource]
    """What has to run on a node from its first moment."""


def node_groups(parent: pulumi.Resource, args: NodesArgs) -> list[aws.eks.NodeGroup]:
    """One group for each pool."""
    trust = plain_trust("ec2.amazonaws.com")
    taken = role(parent, args.names, ("node",), trust, Rights(managed=_MANAGED))
    before = [*taken.rights, *args.first, *args.network.ways_out]
    return [
        _group(parent, args, (name, pool), taken.made, before)
        for name, pool in sorted(args.config.pools.items())
    ]


def ami_type(pool: EksPoolConfig) -> str:
    """Amazon Linux 2023, for the pool's processors."""
    if pool.instance.architecture == "arm64":
        return "AL2023_ARM_64_STANDARD"
    return "AL2023_x86_64_NVIDIA" if pool.gpu else "AL2023_x86_64_STANDARD"


def _template(
    parent: pulumi.Resource, names: Names, name: str, pool: EksPoolConfig
) -> aws.ec2.LaunchTemplate:
    """No pod reaches the node's own credentials: they answer within one hop, to a token."""
    tags = {"Name": f"{names.cluster}-{name}"}
    return aws.ec2.LaunchTemplate(
        f"{names.cluster}-{name}",
        name=names.template(name),
        update_default_version=True,
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
        },
        block_device_mappings=[
            {
                "device_name": "/dev/xvda",
                "ebs": {
                    "delete_on_termination": "true",
                    "encrypted": "true",
                    "volume_size": -(-bytes_of(pool.disk) // _GIB),
                    "volume_type": "gp3",
                },
            }
        ],
        tag_specifications=[
            {"resource_type": "instance", "tags": tags},
            {"resource_type": "volume", "tags": tags},
        ],
        user_data=user_data(pool.instance),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _group(
    parent: pulumi.Resource,
    args: NodesArgs,
    named: tuple[str, EksPoolConfig],
    role_of_nodes: aws.iam.Role,
    before: Sequence[pulumi.Resource],
) -> aws.eks.NodeGroup:
    name, pool = named
    value = pool.pool(name, args.config.zone_names)
    template = _template(parent, args.names, name, pool)
    return aws.eks.NodeGroup(
        f"{args.names.cluster}-{name}",
        cluster_name=args.cluster.name,
        node_group_name_prefix=args.names.group_prefix(name),
        node_role_arn=role_of_nodes.arn,
        subnet_ids=[args.network.private[zone].id for zone in value.zones],
        version=args.cluster.version,
        ami_type=ami_type(pool),
        capacity_type="SPOT" if pool.spot else "ON_DEMAND",
        instance_types=list(pool.instances),
        launch_template={"id": template.id, "version": template.latest_version.apply(_whole)},
        scaling_config={"min_size": pool.min, "desired_size": pool.min, "max_size": pool.most},
        update_config={"max_unavailable_percentage": 33},
        node_repair_config={"enabled": True},
        labels=dict(value.labels),
        taints=[_taint(taint) for taint in value.taints],
        # how many there are is the autoscaler's business
        opts=pulumi.ResourceOptions(
            parent=parent, depends_on=before, ignore_changes=["scalingConfig.desiredSize"]
        ),
    )


def _whole(version: float) -> str:
    """The protocol knows no whole numbers."""
    return str(int(version))


def _taint(taint: Taint) -> aws.eks.NodeGroupTaintArgsDict:
    return {"key": taint.key, "value": taint.value, "effect": _EFFECTS[taint.effect]}
