"""Valkey on ElastiCache: a copy in another zone, TLS, and a password that nobody chose.

As with the database, its host is the private zone's name, and its certificate names another.
"""

from __future__ import annotations

import pulumi

from providers.contract import Cache, CacheRequest
from providers.credential import Credential
from providers.eks.logs import log_group
from providers.eks.sdk import aws
from providers.eks.sizes import cache_node
from providers.eks.surroundings import Surroundings

PORT = 6379
_VERSION = "8.0"
_DAYS_TO_REGRET = 7


def cache(around: Surroundings, request: CacheRequest) -> Cache:
    """Make the cache, and keep its password where workloads can be given it."""
    names = around.names
    credential = Credential(names.cache("password"), around.below)
    group = aws.elasticache.ReplicationGroup(
        names.cache(),
        replication_group_id=names.cache(),
        description="What is read often and may be lost.",
        engine="valkey",
        engine_version=_VERSION,
        parameter_group_name="default.valkey8",
        node_type=cache_node(request.memory),
        num_cache_clusters=2,
        automatic_failover_enabled=True,
        multi_az_enabled=True,
        port=PORT,
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        auth_token=credential.value,
        at_rest_encryption_enabled=True,
        kms_key_id=around.keys.data.arn,
        subnet_group_name=_subnets(around).name,
        security_group_ids=[around.door("cache", PORT).id],
        snapshot_retention_limit=1,
        snapshot_window="02:00-03:00",
        maintenance_window="sun:03:30-sun:04:30",
        auto_minor_version_upgrade=True,
        log_delivery_configurations=_logs(around),
        opts=around.kept,
    )
    host = around.host("cache", group.primary_endpoint_address)
    return Cache(
        endpoint=around.endpoint("platform.cache", PORT, host, "rediss"),
        password=_kept(around, credential),
    )


def _subnets(around: Surroundings) -> aws.elasticache.SubnetGroup:
    return aws.elasticache.SubnetGroup(
        around.names.cache(),
        name=around.names.cache(),
        description="Subnets that no way leads out of.",
        subnet_ids=around.database_subnets(),
        opts=around.below,
    )


def _logs(
    around: Surroundings,
) -> list[aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgsDict]:
    path = around.names.log_group("cache")
    group = log_group(around.parent, path, around.config.log_days, around.keys.logs)
    return [
        {
            "destination": group.name,
            "destination_type": "cloudwatch-logs",
            "log_format": "json",
            "log_type": kind,
        }
        for kind in ("engine-log", "slow-log")
    ]


def _kept(around: Surroundings, credential: Credential) -> pulumi.Output[str]:
    """The password in Secrets Manager; its name there is no secret."""
    called = around.names.cache("password")
    secret = aws.secretsmanager.Secret(
        called,
        name=around.names.secret("cache"),
        description="The cache's password.",
        kms_key_id=around.keys.data.arn,
        recovery_window_in_days=_DAYS_TO_REGRET,
        opts=around.below,
    )
    version = aws.secretsmanager.SecretVersion(
        called, secret_id=secret.id, secret_string=credential.value, opts=around.below
    )
    return version.secret_arn
