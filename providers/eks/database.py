"""PostgreSQL on RDS: a second machine stands by in another zone, and takes over by itself.

Its host is the private zone's name for it, because AWS chooses the real one only when it is made.
Its certificate names the real one: clients check the authority (`sslmode=verify-ca`), not the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from providers.contract import Database, DatabaseRequest
from providers.eks.logs import log_group
from providers.eks.policies import service_trust
from providers.eks.roles import Rights, role
from providers.eks.sdk import aws
from providers.eks.sizes import database_class
from providers.eks.surroundings import Surroundings

PORT = 5432
ADMINISTRATOR = "platform"
_GIB = 2**30
_SMALLEST = 20
_LARGEST = 65536
_AUTHORITY = "rds-ca-rsa2048-g1"
_LOGS = ("postgresql", "upgrade")


def database(around: Surroundings, request: DatabaseRequest) -> Database:
    """Make the server, and its copies to read from."""
    names = around.names
    watched = _watched(around)
    server = aws.rds.Instance(
        names.database(),
        identifier=names.database(),
        engine="postgres",
        engine_version=request.version,
        engine_lifecycle_support="open-source-rds-extended-support-disabled",
        instance_class=database_class(request.cpu, request.memory),
        ca_cert_identifier=_AUTHORITY,
        **_storage(request.storage),
        kms_key_id=around.keys.data.arn,
        multi_az=True,
        db_subnet_group_name=_subnets(around).name,
        vpc_security_group_ids=[around.door("database", PORT).id],
        publicly_accessible=False,
        port=PORT,
        parameter_group_name=_parameters(around, request.version).name,
        username=ADMINISTRATOR,
        manage_master_user_password=True,
        master_user_secret_kms_key_id=around.keys.data.key_id,
        iam_database_authentication_enabled=True,
        backup_retention_period=request.backup_days,
        backup_window="01:00-02:00",
        maintenance_window="sun:02:30-sun:03:30",
        copy_tags_to_snapshot=True,
        delete_automated_backups=False,
        deletion_protection=around.config.protected,
        skip_final_snapshot=not around.config.protected,
        final_snapshot_identifier=names.database("final"),
        **watched,
        opts=pulumi.ResourceOptions(
            parent=around.parent, protect=around.config.protected, depends_on=_log_groups(around)
        ),
    )
    for number in range(1, request.replicas + 1):
        _replica(around, server, watched, number)
    host = around.host("database", server.address)
    secret = server.master_user_secrets[0]["secretArn"]
    return Database(
        endpoint=around.endpoint("platform.database", PORT, host, "postgresql"),
        administrator=secret.apply(str),
    )


def _storage(wanted: int) -> dict[str, Any]:
    """GiB, which AWS doubles as they fill."""
    size = min(_LARGEST, max(_SMALLEST, -(-wanted // _GIB)))
    return {
        "allocated_storage": size,
        "max_allocated_storage": min(_LARGEST, 2 * size),
        "storage_type": "gp3",
        "storage_encrypted": True,
    }


def _subnets(around: Surroundings) -> aws.rds.SubnetGroup:
    return aws.rds.SubnetGroup(
        around.names.database(),
        name=around.names.database(),
        description="Subnets that no way leads out of.",
        subnet_ids=around.database_subnets(),
        opts=around.below,
    )


def _parameters(around: Surroundings, version: str) -> aws.rds.ParameterGroup:
    """Nobody speaks in plain."""
    return aws.rds.ParameterGroup(
        around.names.database(version),
        name=around.names.database(version),
        family=f"postgres{version}",
        description="Nobody speaks in plain.",
        parameters=[{"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"}],
        opts=around.below,
    )


def _log_groups(around: Surroundings) -> list[aws.cloudwatch.LogGroup]:
    """Where RDS writes what it exports."""
    name, days = around.names.database(), around.config.log_days
    return [
        log_group(around.parent, f"/aws/rds/instance/{name}/{kind}", days, around.keys.logs)
        for kind in _LOGS
    ]


def _watched(around: Surroundings) -> dict[str, Any]:
    """What there is to see when it is slow."""
    trust = service_trust("monitoring.rds.amazonaws.com", around.names)
    rights = Rights(managed=("service-role/AmazonRDSEnhancedMonitoringRole",))
    taken = role(around.parent, around.names, ("database-monitoring",), trust, rights)
    return {
        "enabled_cloudwatch_logs_exports": list(_LOGS),
        "monitoring_interval": 60,
        "monitoring_role_arn": taken.made.arn,
        "database_insights_mode": "standard",
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": around.keys.data.arn,
        "performance_insights_retention_period": 7,
        "auto_minor_version_upgrade": True,
    }


def _replica(
    around: Surroundings, server: aws.rds.Instance, watched: Mapping[str, Any], number: int
) -> None:
    """A copy to read from, one name for each; it holds nothing that the server does not."""
    name = around.names.database("read", str(number))
    copy = aws.rds.Instance(
        name,
        identifier=name,
        replicate_source_db=server.identifier,
        instance_class=server.instance_class,
        ca_cert_identifier=_AUTHORITY,
        storage_type="gp3",
        storage_encrypted=True,
        kms_key_id=around.keys.data.arn,
        vpc_security_group_ids=server.vpc_security_group_ids,
        parameter_group_name=server.parameter_group_name,
        publicly_accessible=False,
        port=PORT,
        iam_database_authentication_enabled=True,
        copy_tags_to_snapshot=True,
        deletion_protection=around.config.protected,
        skip_final_snapshot=True,
        **{**watched, "enabled_cloudwatch_logs_exports": []},
        opts=around.below,
    )
    around.host(f"database-read-{number}", copy.address)
