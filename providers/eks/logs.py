"""Log groups that are ours before anybody writes to them: kept so long, encrypted with our key."""

from __future__ import annotations

import pulumi

from providers.eks.names import Names
from providers.eks.policies import flow_log_writer, service_trust
from providers.eks.roles import Rights, role
from providers.eks.sdk import aws


def log_group(
    parent: pulumi.Resource, path: str, days: int, key: aws.kms.Key
) -> aws.cloudwatch.LogGroup:
    """A group of that name; where AWS made it, it would be kept for ever."""
    return aws.cloudwatch.LogGroup(
        path.strip("/").replace("/", "-"),
        name=path,
        retention_in_days=days,
        kms_key_id=key.arn,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def flow_logs(
    parent: pulumi.Resource,
    vpc: aws.ec2.Vpc,
    group: aws.cloudwatch.LogGroup,
    path: str,
    *,
    names: Names,
) -> None:
    """Who has spoken with whom in the VPC, and who was turned away."""
    trust = service_trust("vpc-flow-logs.amazonaws.com", names)
    rights = Rights(own=flow_log_writer(path, names))
    taken = role(parent, names, ("flow-logs",), trust, rights)
    aws.ec2.FlowLog(
        f"{names.cluster}-flow-logs",
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=taken.made.arn,
        max_aggregation_interval=60,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=taken.rights),
    )
