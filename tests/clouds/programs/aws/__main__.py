"""A small company on AWS: everything that a rule looks at, as it should be."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws


def document(*statements: dict[str, Any]) -> str:
    """A policy, as AWS writes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


def trusting(service: str, *actions: str) -> dict[str, Any]:
    """A statement by which a service of AWS's takes a role."""
    action = actions[0] if len(actions) == 1 else [*actions]
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
    }


key = aws.kms.Key("key", enable_key_rotation=True, deletion_window_in_days=30)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id, ingress=[], egress=[])
logs = aws.cloudwatch.LogGroup("flows", name="/lab/flows", retention_in_days=90, kms_key_id=key.arn)
writer = aws.iam.Role(
    "flows",
    name="lab-flows",
    assume_role_policy=document(trusting("vpc-flow-logs", "sts:AssumeRole")),
)
aws.ec2.FlowLog(
    "flows",
    vpc_id=vpc.id,
    traffic_type="ALL",
    log_destination_type="cloud-watch-logs",
    log_destination=logs.arn,
    iam_role_arn=writer.arn,
)
subnets = [
    aws.ec2.Subnet(
        f"private-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{number * 32}.0/19",
        availability_zone=f"eu-west-1{zone}",
        map_public_ip_on_launch=False,
    )
    for number, zone in enumerate("ab")
]
inside = aws.ec2.SecurityGroup("inside", vpc_id=vpc.id, description="the cluster")
aws.vpc.SecurityGroupIngressRule(
    "database",
    security_group_id=inside.id,
    cidr_ipv4="10.0.0.0/16",
    ip_protocol="tcp",
    from_port=5432,
    to_port=5432,
)

cluster_logs = aws.cloudwatch.LogGroup(
    "cluster", name="/aws/eks/lab/cluster", retention_in_days=90, kms_key_id=key.arn
)
control = aws.iam.Role(
    "control",
    name="lab-control",
    assume_role_policy=document(trusting("eks", "sts:AssumeRole", "sts:TagSession")),
)
cluster = aws.eks.Cluster(
    "cluster",
    name="lab",
    role_arn=control.arn,
    version="1.35",
    access_config={
        "authentication_mode": "API",
        "bootstrap_cluster_creator_admin_permissions": False,
    },
    vpc_config={
        "subnet_ids": [subnet.id for subnet in subnets],
        "endpoint_private_access": True,
        "endpoint_public_access": True,
        "public_access_cidrs": ["192.0.2.0/24"],
    },
    enabled_cluster_log_types=[
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    ],
    encryption_config={"provider": {"key_arn": key.arn}, "resources": ["secrets"]},
    deletion_protection=True,
    opts=pulumi.ResourceOptions(depends_on=[cluster_logs]),
)
template = aws.ec2.LaunchTemplate(
    "nodes",
    metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
    block_device_mappings=[
        {"device_name": "/dev/xvda", "ebs": {"encrypted": "true", "volume_type": "gp3"}}
    ],
)
aws.eks.NodeGroup(
    "general",
    cluster_name=cluster.name,
    node_role_arn=control.arn,
    subnet_ids=[subnet.id for subnet in subnets],
    scaling_config={"min_size": 1, "desired_size": 1, "max_size": 3},
    launch_template={"id": template.id, "version": template.latest_version.apply(str)},
)

bucket = aws.s3.Bucket("lake", bucket="lab-lake")
aws.s3.BucketPublicAccessBlock(
    "lake",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketOwnershipControls(
    "lake", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}
)
aws.s3.BucketVersioning("lake", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketServerSideEncryptionConfiguration(
    "lake",
    bucket=bucket.id,
    rules=[
        {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": "aws:kms",
                "kms_master_key_id": key.arn,
            },
            "bucket_key_enabled": True,
        }
    ],
)
aws.s3.BucketPolicy(
    "lake",
    bucket=bucket.id,
    policy=document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::lab-lake", "arn:aws:s3:::lab-lake/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ),
)
aws.s3.BucketLifecycleConfiguration(
    "lake",
    bucket=bucket.id,
    rules=[
        {
            "id": "old",
            "status": "Enabled",
            "noncurrent_version_expiration": {"noncurrent_days": 30},
        }
    ],
)

parameters = aws.rds.ParameterGroup(
    "database", family="postgres17", parameters=[{"name": "rds.force_ssl", "value": "1"}]
)
aws.rds.Instance(
    "database",
    engine="postgres",
    engine_version="17",
    instance_class="db.m7g.large",
    allocated_storage=100,
    storage_encrypted=True,
    kms_key_id=key.arn,
    publicly_accessible=False,
    deletion_protection=True,
    skip_final_snapshot=False,
    final_snapshot_identifier="lab-last",
    backup_retention_period=7,
    delete_automated_backups=False,
    copy_tags_to_snapshot=True,
    auto_minor_version_upgrade=True,
    manage_master_user_password=True,
    username="platform",
    parameter_group_name=parameters.name,
    enabled_cloudwatch_logs_exports=["postgresql", "upgrade"],
)
aws.elasticache.ReplicationGroup(
    "cache",
    description="for features",
    engine="valkey",
    node_type="cache.t4g.small",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    transit_encryption_enabled=True,
    transit_encryption_mode="required",
    at_rest_encryption_enabled=True,
    kms_key_id=key.arn,
    snapshot_retention_limit=7,
    auth_token=pulumi.Output.secret("canary-4711-canary"),
)
aws.ecr.Repository(
    "images",
    image_tag_mutability="IMMUTABLE",
    image_scanning_configuration={"scan_on_push": True},
    encryption_configurations=[{"encryption_type": "KMS", "kms_key": key.arn}],
)
aws.secretsmanager.Secret("token", name="lab/token", kms_key_id=key.arn)


def trusted(namespace: str, name: str) -> str:
    tags = {
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": name,
    }
    pods = trusting("pods.eks", "sts:AssumeRole", "sts:TagSession")
    return document({**pods, "Condition": {"StringEquals": tags}})


def allowed(*statements: dict[str, Any]) -> str:
    return document(*({"Effect": "Allow", **each} for each in statements))


reader = aws.iam.Role("reader", name="lab-reader", assume_role_policy=trusted("red", "reader"))
aws.iam.RolePolicy(
    "reader",
    role=reader.name,
    policy=allowed(
        {
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::lab-lake",
            "Condition": {"StringLike": {"s3:prefix": ["red/*"]}},
        },
        {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::lab-lake/red/*"]},
        {
            "Action": ["kms:Decrypt"],
            "Resource": ["arn:aws:kms:eu-west-1:123456789012:key/*"],
            "Condition": {
                "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/lab"},
            },
        },
    ),
)
aws.eks.PodIdentityAssociation(
    "reader",
    cluster_name=cluster.name,
    namespace="red",
    service_account="reader",
    role_arn=reader.arn,
)
scaler = aws.iam.Role(
    "scaler", name="lab-scaler", assume_role_policy=trusted("kube-system", "cluster-autoscaler")
)
scaling = aws.iam.Policy(
    "scaler",
    name="lab-scaler",
    policy=allowed(
        {"Action": "autoscaling:DescribeAutoScalingGroups", "Resource": "*"},
        {
            "Action": [
                "autoscaling:SetDesiredCapacity",
                "autoscaling:TerminateInstanceInAutoScalingGroup",
            ],
            "Resource": "*",
            "Condition": {
                "StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/lab": "owned"}
            },
        },
    ),
)
aws.iam.RolePolicyAttachment("scaler", role=scaler.name, policy_arn=scaling.arn)
aws.eks.PodIdentityAssociation(
    "scaler",
    cluster_name=cluster.name,
    namespace="kube-system",
    service_account="cluster-autoscaler",
    role_arn=scaler.arn,
)
network = aws.iam.Role(
    "network", name="lab-network", assume_role_policy=trusted("kube-system", "aws-node")
)
aws.iam.RolePolicyAttachment(
    "network", role=network.name, policy_arn="arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
)
aws.eks.Addon(
    "vpc-cni",
    cluster_name=cluster.name,
    addon_name="vpc-cni",
    configuration_values=json.dumps({"enableNetworkPolicy": "true"}),
    pod_identity_associations=[{"role_arn": network.arn, "service_account": "aws-node"}],
)
