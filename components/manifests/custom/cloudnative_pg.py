"""PostgreSQL as CloudNativePG knows it: a cluster of instances, and databases in it."""

from components.manifests.custom.kind import (
    FLAG,
    NUMBER,
    QUANTITIES,
    TEXT,
    closed,
    fields,
    kinds_of,
    listed,
    one_of,
)

_NAMED = fields({"name": TEXT})
_ROLE = fields(
    {
        "name": TEXT,
        "ensure": one_of("present"),
        "login": FLAG,
        "connectionLimit": NUMBER,
        "passwordSecret": _NAMED,
    }
)
_FROM_SECRET = fields({"name": TEXT, "key": TEXT})
_COMPRESSED = fields({"compression": one_of("gzip")})
_STORE = fields(
    {
        "destinationPath": TEXT,
        "endpointURL": TEXT,
        "s3Credentials": fields({"accessKeyId": _FROM_SECRET, "secretAccessKey": _FROM_SECRET}),
        "wal": _COMPRESSED,
        "data": _COMPRESSED,
    }
)
_CLUSTER = fields(
    {
        "instances": NUMBER,
        "imageName": TEXT,
        "priorityClassName": TEXT,
        "storage": fields({"size": TEXT}, {"storageClass": TEXT}),
        "resources": fields({"requests": QUANTITIES, "limits": QUANTITIES}),
        "postgresql": fields(
            {
                "pg_hba": listed(TEXT, least=1),
                "parameters": fields({"max_connections": TEXT}),
            }
        ),
        "managed": fields({"roles": listed(_ROLE)}),
    },
    {
        "env": listed(fields({"name": TEXT, "value": TEXT})),
        "backup": fields({"retentionPolicy": TEXT, "barmanObjectStore": _STORE}),
    },
)
_SCHEDULE = fields(
    {
        "schedule": TEXT,
        "immediate": FLAG,
        "method": one_of("barmanObjectStore"),
        "backupOwnerReference": one_of("cluster"),
        "cluster": _NAMED,
    }
)
_DATABASE = fields(
    {
        "cluster": _NAMED,
        "name": TEXT,
        "owner": TEXT,
        "databaseReclaimPolicy": one_of("retain"),
    }
)
CLOUDNATIVE_PG = kinds_of(
    "postgresql.cnpg.io",
    "v1",
    {
        "Cluster": closed(_CLUSTER),
        "Database": closed(_DATABASE),
        "ScheduledBackup": closed(_SCHEDULE),
    },
)
