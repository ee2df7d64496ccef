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
_ROLE = fields({"name": TEXT, "ensure": one_of("present"), "login": FLAG, "passwordSecret": _NAMED})
_CLUSTER = fields(
    {
        "instances": NUMBER,
        "imageName": TEXT,
        "priorityClassName": TEXT,
        "storage": fields({"size": TEXT}, {"storageClass": TEXT}),
        "resources": fields({"requests": QUANTITIES, "limits": QUANTITIES}),
        "postgresql": fields({"pg_hba": listed(TEXT, least=1)}),
        "managed": fields({"roles": listed(_ROLE)}),
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
    "postgresql.cnpg.io", "v1", {"Cluster": closed(_CLUSTER), "Database": closed(_DATABASE)}
)
