"""The PostgreSQL server, its roles and databases, as CloudNativePG is asked for them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assurance.graph.stand_ins import STANDS_FOR
from components.charts.simulated import workload_manifest
from components.charts.stand_in import ExpectedContainer, ExpectedWorkload, Size, StandIn
from components.database.backups import backed_up, nightly
from components.database.chart import PIN
from components.database.section import DatabaseConfig
from components.manifests import Manifest
from components.manifests.provenance import ASSUMES

NAMESPACE = "database"
SERVER = "main"
PORT = 5432
STATUS = 8000
METRICS = 9187
ALL_ITS_PODS = {"cnpg.io/cluster": SERVER}
"""Instances, and the jobs that make them."""
INSTANCES = {**ALL_ITS_PODS, "cnpg.io/podRole": "instance"}
_IMAGE = "ghcr.io/cloudnative-pg/postgresql"
_PLAIN: Mapping[str, str] = {
    "16": f"{_IMAGE}:16.15-202608170814-standard-trixie"
    "@sha256:3df9103d7f89c8abc2870463d4d446944c81b5f1f4b707c590895dc003ecbb65",
    "17": f"{_IMAGE}:17.11-202608170816-standard-trixie"
    "@sha256:91e0de662d53895a45f1396f4ee1a75daeb0c26fc87853afc9c8f43e01fdaa21",
}
"""By major version; from the image catalogue of the operator's makers."""
_WITH_BACKUPS: Mapping[str, str] = {
    "16": f"{_IMAGE}:16.15-202608170814-system-trixie"
    "@sha256:9715665844fb088ba6e17181cfc2e2505b3a711e7a293ac721490175f9515233",
    "17": f"{_IMAGE}:17.11-202608170816-system-trixie"
    "@sha256:ecaa395084a5f8831fd2655dbffc98b554473526265f53113ec969de6fc15848",
}
"""Likewise; with the tools that write to an object store."""
_DOORS = (
    "hostssl sameuser all all scram-sha-256",
    "host all all all reject",
)
"""A role enters the database of its own name, over TLS, and no other one: roles are isolated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """Who a team is in the server, and where its data is: role and database have one name."""

    team: str

    @property
    def name(self) -> str:
        """In the server; a team's name has no underscore of its own."""
        return f"team_{self.team.replace('-', '_')}"

    @property
    def secret(self) -> str:
        """The Secret that the server takes its password from."""
        return f"role-{self.team}"


def server(
    config: DatabaseConfig,
    storage_class: str | None,
    roles: Iterable[Role],
    store: str | None = None,
) -> Manifest:
    """The instances: one to write to, the others follow it and take over; with a store, a copy."""
    own = [_managed(role, config.team_connections) for role in roles]
    kept = {} if storage_class is None else {"storageClass": storage_class}
    return _custom(
        "Cluster",
        SERVER,
        {
            "instances": 1 + config.replicas,
            "imageName": _image(config, store),
            "storage": {"size": config.storage, **kept},
            "resources": _size(config).resources(),
            "postgresql": {
                "pg_hba": list(_DOORS),
                "parameters": {"max_connections": str(config.most_connections(len(own)))},
            },
            "managed": {"roles": own},
            **({} if store is None else backed_up(store, config.backup_days)),
        },
    )


def backups() -> Manifest:
    """When the server is copied."""
    return _custom("ScheduledBackup", SERVER, nightly(SERVER))


def _image(config: DatabaseConfig, store: str | None) -> str:
    return (_PLAIN if store is None else _WITH_BACKUPS)[config.version]


def database(role: Role) -> Manifest:
    """A role's own database; it stays when the team goes."""
    return _custom(
        "Database",
        role.team,
        {
            "cluster": {"name": SERVER},
            "name": role.name,
            "owner": role.name,
            "databaseReclaimPolicy": "retain",
        },
    )


def stand_in(config: DatabaseConfig, store: str | None = None) -> Manifest:
    """What the operator would make of the server, where pods run nothing: a sandbox."""
    container = ExpectedContainer(
        name="postgres",
        image=_image(config, store),
        size=_size(config),
        ports=(PORT, STATUS, METRICS),
    )
    expected = ExpectedWorkload(
        kind="Deployment",
        name=SERVER,
        labels=INSTANCES,
        containers=(container,),
        replicas=1 + config.replicas,
        user=26,
    )
    made = workload_manifest(expected, StandIn(), NAMESPACE)
    said = {ASSUMES: PIN.label, STANDS_FOR: f"Cluster/{SERVER}"}
    return {**made, "metadata": {**made["metadata"], "annotations": said}}


def _size(config: DatabaseConfig) -> Size:
    return Size(cpu=config.cpu, memory=config.memory)


def _managed(role: Role, connections: int) -> Manifest:
    return {
        "name": role.name,
        "ensure": "present",
        "login": True,
        "connectionLimit": connections,
        "passwordSecret": {"name": role.secret},
    }


def _custom(kind: str, name: str, spec: Manifest) -> Manifest:
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": spec,
    }
