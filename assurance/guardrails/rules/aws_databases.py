"""Databases on AWS."""

from assurance.guardrails.guardrail import Control, Guardrail, Severity
from assurance.guardrails.predicate import (
    AllOf,
    AnyOf,
    Compares,
    Not,
    Order,
    Present,
    Some,
    Stated,
    absent,
    at,
)
from assurance.guardrails.rules.clouds import (
    CIS_AWS,
    FSBP,
    made_from,
    off,
    on,
    own_key,
    these,
    word,
)

_KEY = "aws:kms/key:Key"
_ARN = r"arn:[^:]+:kms:[^:]+:[0-9]+:key/.+"
_OF_DATABASES = these("databases", "aws:rds/instance:Instance")
_COPY = Present(at("replicateSourceDb"))
"""A read replica has no backups, snapshots or passwords of its own."""

_NAMED = Some((at("parameters"),), AllOf((word("rds.force_ssl", "name"), word("1", "value"))))
AWS_DATABASES: tuple[Guardrail, ...] = (
    Guardrail(
        name="databases-are-encrypted-with-own-keys",
        title="A database's storage is encrypted with a key of ours.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AWS, "2.3.1"), Control(FSBP, "RDS.3")),
        applies=_OF_DATABASES,
        require=AllOf((on("storageEncrypted"), own_key(_KEY, _ARN, "kmsKeyId"))),
        remedy="Set storageEncrypted and kmsKeyId from the start: later it means a new database.",
        page="Snapshots and replicas take over how their database is encrypted.",
    ),
    Guardrail(
        name="databases-have-no-public-address",
        title="A database has no public address.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AWS, "2.3.3"), Control(FSBP, "RDS.2")),
        applies=_OF_DATABASES,
        require=off("publiclyAccessible"),
        remedy="Set publiclyAccessible to false.",
        page="The security group is then not all that stands between the data and the internet.",
    ),
    Guardrail(
        name="databases-take-encrypted-connections-only",
        title="A database refuses connections that are not encrypted.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_DATABASES,
        require=made_from("parameterGroupName", "aws:rds/parameterGroup:ParameterGroup", _NAMED),
        remedy="Give it a ParameterGroup in which rds.force_ssl is 1.",
        page="Whether a client encrypts is otherwise the client's own choice.",
    ),
    Guardrail(
        name="databases-are-not-deleted-by-mistake",
        title="A database refuses to be deleted.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "RDS.8"),),
        applies=_OF_DATABASES,
        require=on("deletionProtection"),
        remedy="Set deletionProtection.",
        page="AWS itself then refuses, whoever asks; it takes two steps to lose the data.",
    ),
    Guardrail(
        name="databases-are-backed-up",
        title="A database can be had back: a week of backups, and a last snapshot.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "RDS.11"),),
        applies=_OF_DATABASES,
        require=AnyOf(
            (
                _COPY,
                AllOf(
                    (
                        Compares(at("backupRetentionPeriod"), Order.AT_LEAST, 7),
                        off("skipFinalSnapshot"),
                        Stated(at("finalSnapshotIdentifier")),
                        off("deleteAutomatedBackups"),
                    )
                ),
            )
        ),
        remedy="Set backupRetentionPeriod to 7 or more, deleteAutomatedBackups and "
        "skipFinalSnapshot to false, and finalSnapshotIdentifier.",
        page="Without an end to the snapshots' retention, deleting the database deletes its "
        "backups with it.",
    ),
    Guardrail(
        name="databases-keep-their-password-in-the-cloud",
        title="Nobody writes a database's password down; AWS makes it and changes it.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_DATABASES,
        require=AnyOf((_COPY, AllOf((on("manageMasterUserPassword"), absent(at("password")))))),
        remedy="Set manageMasterUserPassword and leave out password.",
        page="A password that the program sets is in the stack's state for good.",
    ),
    Guardrail(
        name="databases-log-to-cloudwatch",
        title="What a database logs is kept outside of it.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "RDS.9"),),
        applies=_OF_DATABASES,
        require=Some((at("enabledCloudwatchLogsExports"),), word("postgresql")),
        remedy="Name postgresql in enabledCloudwatchLogsExports.",
        page="Logs on the instance go with the instance.",
    ),
    Guardrail(
        name="databases-take-minor-upgrades",
        title="A database takes fixes of its version by itself.",
        severity=Severity.MEDIUM,
        frameworks=(Control(CIS_AWS, "2.3.2"), Control(FSBP, "RDS.13")),
        applies=_OF_DATABASES,
        require=Not(off("autoMinorVersionUpgrade")),
        remedy="Leave out autoMinorVersionUpgrade, or set it.",
        page="Security fixes come as minor versions, in the maintenance window.",
    ),
)
