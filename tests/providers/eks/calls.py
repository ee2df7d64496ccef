"""Which request to AWS each type of resource becomes, and what the request lacks, with reasons."""

from collections.abc import Mapping
from typing import Any

from tests.providers.eks.network_calls import NETWORK
from tests.providers.eks.vendor import ANOTHER, OF_THE_PLUGIN, Call, within

CALLS: Mapping[str, Call] = {
    **NETWORK,
    "aws:acm/certificate:Certificate": Call(service="acm", operation="RequestCertificate"),
    "aws:cloudwatch/logGroup:LogGroup": Call(
        service="logs",
        operation="CreateLogGroup",
        names={"name": "logGroupName"},
        absent={"retentionInDays": ANOTHER + ": PutRetentionPolicy"},
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Call(
        service="ecr",
        operation="PutLifecyclePolicy",
        names={"repository": "repositoryName", "policy": "lifecyclePolicyText"},
    ),
    "aws:ecr/repository:Repository": Call(
        service="ecr",
        operation="CreateRepository",
        names={"name": "repositoryName", "encryptionConfigurations": "encryptionConfiguration"},
        absent={"forceDelete": "of DeleteRepository"},
    ),
    "aws:eks/accessEntry:AccessEntry": Call(service="eks", operation="CreateAccessEntry"),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": Call(
        service="eks", operation="AssociateAccessPolicy"
    ),
    "aws:eks/addon:Addon": Call(
        service="eks",
        operation="CreateAddon",
        names={"resolveConflictsOnCreate": "resolveConflicts"},
        absent={"resolveConflictsOnUpdate": "of UpdateAddon"},
    ),
    "aws:eks/cluster:Cluster": Call(
        service="eks",
        operation="CreateCluster",
        names={"vpcConfig": "resourcesVpcConfig"},
        reshaped={
            "enabledClusterLogTypes": lambda value: {
                "logging": {"clusterLogging": [{"types": value, "enabled": True}]}
            }
        },
    ),
    "aws:eks/nodeGroup:NodeGroup": Call(
        service="eks",
        operation="CreateNodegroup",
        names={"nodeGroupNamePrefix": "nodegroupName", "nodeRoleArn": "nodeRole"},
        reshaped={"subnetIds": lambda value: {"subnets": value}},
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": Call(
        service="eks", operation="CreatePodIdentityAssociation"
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Call(
        service="elasticache",
        operation="CreateReplicationGroup",
        names={
            "description": "ReplicationGroupDescription",
            "nodeType": "CacheNodeType",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "multiAzEnabled": "MultiAZEnabled",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
        },
        reshaped={
            "logDeliveryConfigurations": lambda value: {
                "LogDeliveryConfigurations": [
                    {
                        "LogType": each["logType"],
                        "LogFormat": each["logFormat"],
                        "DestinationType": each["destinationType"],
                        "DestinationDetails": {
                            "CloudWatchLogsDetails": {"LogGroup": each["destination"]}
                        },
                    }
                    for each in value
                ]
            }
        },
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": Call(
        service="elasticache",
        operation="CreateCacheSubnetGroup",
        names={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
    ),
    "aws:iam/role:Role": Call(
        service="iam",
        operation="CreateRole",
        names={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
    ),
    "aws:iam/rolePolicy:RolePolicy": Call(
        service="iam",
        operation="PutRolePolicy",
        names={"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Call(
        service="iam", operation="AttachRolePolicy", names={"role": "RoleName"}
    ),
    "aws:kms/alias:Alias": Call(
        service="kms", operation="CreateAlias", names={"name": "AliasName"}
    ),
    "aws:kms/key:Key": Call(
        service="kms",
        operation="CreateKey",
        absent={
            "deletionWindowInDays": "of ScheduleKeyDeletion",
            "enableKeyRotation": ANOTHER + ": EnableKeyRotation",
        },
    ),
    "aws:rds/instance:Instance": Call(
        service="rds",
        operation="CreateDBInstance",
        names={
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "caCertIdentifier": "CACertificateIdentifier",
            "backupWindow": "PreferredBackupWindow",
            "dbSubnetGroupName": "DBSubnetGroupName",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "manageMasterUserPassword": "ManageMasterUserPassword",
            "parameterGroupName": "DBParameterGroupName",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
            "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
            "username": "MasterUsername",
        },
        absent={
            "deleteAutomatedBackups": "of DeleteDBInstance",
            "finalSnapshotIdentifier": "of DeleteDBInstance",
            "skipFinalSnapshot": "of DeleteDBInstance",
        },
    ),
    "aws:rds/parameterGroup:ParameterGroup": Call(
        service="rds",
        operation="CreateDBParameterGroup",
        names={"name": "DBParameterGroupName", "family": "DBParameterGroupFamily"},
        absent={"parameters": ANOTHER + ": ModifyDBParameterGroup, looked at apart"},
    ),
    "aws:rds/subnetGroup:SubnetGroup": Call(
        service="rds",
        operation="CreateDBSubnetGroup",
        names={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
    ),
    "aws:route53/record:Record": Call(
        service="route53",
        operation="ChangeResourceRecordSets",
        names={"zoneId": "HostedZoneId", "record": "ChangeBatch"},
        gathered=lambda inputs: {
            "zoneId": inputs["zoneId"],
            "record": {
                "Changes": [
                    {
                        "Action": "CREATE" if not inputs.get("allowOverwrite") else "UPSERT",
                        "ResourceRecordSet": {
                            "Name": inputs["name"],
                            "Type": inputs["type"],
                            "TTL": inputs["ttl"],
                            "ResourceRecords": [{"Value": each} for each in inputs["records"]],
                        },
                    }
                ]
            },
        },
    ),
    "aws:route53/zone:Zone": Call(
        service="route53",
        operation="CreateHostedZone",
        reshaped={
            "comment": lambda value: {"HostedZoneConfig": {"Comment": value}},
            "vpcs": lambda value: {"VPC": value[0]},
        },
        given={"CallerReference": "one of the plugin's for each request"},
    ),
    "aws:s3/bucket:Bucket": Call(
        service="s3", operation="CreateBucket", absent={"forceDestroy": OF_THE_PLUGIN}
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Call(
        service="s3",
        operation="PutBucketLifecycleConfiguration",
        reshaped={"rules": lambda value: {"LifecycleConfiguration": {"Rules": value}}},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Call(
        service="s3",
        operation="PutBucketOwnershipControls",
        reshaped={"rule": lambda value: {"OwnershipControls": {"Rules": [value]}}},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Call(service="s3", operation="PutBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Call(
        service="s3",
        operation="PutPublicAccessBlock",
        reshaped={
            key: within("PublicAccessBlockConfiguration", key)
            for key in (
                "blockPublicAcls",
                "blockPublicPolicy",
                "ignorePublicAcls",
                "restrictPublicBuckets",
            )
        },
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Call(
        service="s3",
        operation="PutBucketEncryption",
        reshaped={
            "rules": lambda value: {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [_encryption(each) for each in value]
                }
            }
        },
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Call(service="s3", operation="PutBucketVersioning"),
    "aws:secretsmanager/secret:Secret": Call(
        service="secretsmanager",
        operation="CreateSecret",
        absent={"recoveryWindowInDays": "of DeleteSecret"},
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Call(
        service="secretsmanager", operation="PutSecretValue"
    ),
}
"""By type token."""

COPY = Call(
    service="rds",
    operation="CreateDBInstanceReadReplica",
    names={
        **CALLS["aws:rds/instance:Instance"].names,
        "replicateSourceDb": "SourceDBInstanceIdentifier",
    },
    absent={
        **CALLS["aws:rds/instance:Instance"].absent,
        "storageEncrypted": "as the original is; stated, so that the state is not found to differ",
    },
)
"""An RDS instance that is a copy of another."""

PARAMETERS = Call(
    service="rds",
    operation="ModifyDBParameterGroup",
    names={
        "name": "DBParameterGroupName",
        "parameters.name": "ParameterName",
        "parameters.value": "ParameterValue",
    },
    absent={"family": "of CreateDBParameterGroup", "description": "of CreateDBParameterGroup"},
)


def _encryption(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    default = rule["applyServerSideEncryptionByDefault"]
    return {
        "ApplyServerSideEncryptionByDefault": {
            "SSEAlgorithm": default["sseAlgorithm"],
            "KMSMasterKeyID": default["kmsMasterKeyId"],
        },
        "BucketKeyEnabled": rule["bucketKeyEnabled"],
    }
