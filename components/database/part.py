"""PostgreSQL in the cluster: a role and a database for every team that needs it."""

from collections.abc import Iterable

from assurance.graph.values import Endpoint, Need, Outside, Port
from components.database import chart
from components.database.backups import backup_needs, store_for_backups
from components.database.section import DATABASE, DatabaseConfig
from components.database.server import (
    ALL_ITS_PODS,
    INSTANCES,
    METRICS,
    NAMESPACE,
    PORT,
    SERVER,
    STATUS,
    Role,
    backups,
    database,
    server,
    stand_in,
)
from components.parts import Account, Client, Credential, Entry, Part, PartNamespace, Site
from components.parts.volumes import storage_class

_HOST = f"{SERVER}-rw.{NAMESPACE}.svc"
_STATUS = f"{DATABASE}-status"


def database_part(config: DatabaseConfig, site: Site) -> Part | None:
    """The operator, the server and its databases; none where the cloud has made one."""
    if DATABASE in site.endpoints:
        return None
    roles = [Role(team=team) for team in site.needing(DATABASE)]
    store = store_for_backups(site)
    made = server(config, storage_class(DATABASE, site), roles, store)
    instead = (stand_in(config, store),) if site.cluster.simulated else ()
    copied = () if store is None else (backups(),)
    return Part(
        key=DATABASE,
        namespaces=(_operators(), _servers(store)),
        releases=(chart.operator_release(),),
        objects=(made, *map(database, roles), *copied, *instead),
        credentials=tuple(_credentials(config, roles)),
        endpoints=(
            _endpoint(DATABASE, PORT, host=_HOST),
            _endpoint(_STATUS, STATUS),
        ),
        scraped=(
            _endpoint(f"{DATABASE}-metrics", METRICS),
            Endpoint(
                name=f"{DATABASE}-operator-metrics",
                namespace=chart.NAMESPACE,
                labels=chart.LABELS,
                ports=(Port(number=chart.METRICS),),
            ),
        ),
    )


def _endpoint(name: str, port: int, *, host: str | None = None) -> Endpoint:
    return Endpoint(
        name=name,
        namespace=NAMESPACE,
        labels=INSTANCES,
        ports=(Port(number=port),),
        host=host,
        scheme="postgresql" if host else "http",
    )


def _operators() -> PartNamespace:
    """The operator asks each instance how it is."""
    needs = (Need(to=Outside.API_SERVER), Need(to=_STATUS))
    return PartNamespace(
        name=chart.NAMESPACE,
        clients=(Client(name="operator", labels=chart.LABELS, needs=needs),),
        entries=(
            Entry(
                name="webhook",
                labels=chart.LABELS,
                ports=(Port(number=chart.WEBHOOK),),
                source=Outside.API_SERVER,
            ),
        ),
    )


def _servers(store: str | None) -> PartNamespace:
    """Each instance learns from the API server whether it is the one to write to."""
    needs = (Need(to=Outside.API_SERVER), *backup_needs(store))
    return PartNamespace(
        name=NAMESPACE, clients=(Client(name="instances", labels=ALL_ITS_PODS, needs=needs),)
    )


def _credentials(config: DatabaseConfig, roles: Iterable[Role]) -> Iterable[Credential]:
    """The label lets the operator take over a password that is made anew."""
    for role in roles:
        yield Credential(
            name=role.secret,
            namespace=NAMESPACE,
            words=("password",),
            plain={"username": role.name},
            accounts=(_account(role),),
            generation=config.generation,
            labels={"cnpg.io/reload": "true"},
            type="kubernetes.io/basic-auth",
        )


def _account(role: Role) -> Account:
    place = f"{_HOST}:{PORT}/{role.name}?sslmode=require"
    return Account(
        team=role.team,
        endpoint=DATABASE,
        templates={
            "user": role.name,
            "password": "${password}",
            "name": role.name,
            "url": f"postgresql://{role.name}:${{password}}@{place}",
        },
    )
