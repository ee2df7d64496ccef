"""SeaweedFS in the cluster: S3, with a user and a bucket for every team that needs it."""

from collections.abc import Iterable

from assurance.graph.values import Endpoint, Port
from components.database.section import DATABASE
from components.manifests import Manifest
from components.parts import Account, Credential, Part, PartNamespace, Site
from components.parts.volumes import storage_class
from components.storage.buckets import buckets_job
from components.storage.chart import LABELS, METRICS, NAMESPACE, S3, USERS, store_release
from components.storage.section import OBJECT_STORE, ObjectStoreConfig
from components.storage.users import ADMINISTRATOR, DATABASE_USER, identities, own_bucket

_KEY = "platform.object_store"
_SERVICE = "minio"
"""Under the name and the port by which clients of MinIO know their store."""
_CLIENTS = 9000
_HOST = f"{_SERVICE}.{NAMESPACE}.svc"


def store_part(config: ObjectStoreConfig, site: Site) -> Part | None:
    """The store with its users and buckets; none where the cloud has made one."""
    if OBJECT_STORE in site.endpoints:
        return None
    teams = (*site.needing(OBJECT_STORE), *_database(site))
    buckets = dict.fromkeys((*config.buckets, *map(own_bucket, teams)))
    return Part(
        key=_KEY,
        namespaces=(PartNamespace(name=NAMESPACE),),
        releases=(store_release(config, storage_class(_KEY, site)),),
        objects=(_service(), buckets_job(list(buckets))),
        credentials=(_credential(config, site, teams),),
        endpoints=(_endpoint(OBJECT_STORE, S3, host=_HOST),),
        scraped=(_endpoint(f"{OBJECT_STORE}-metrics", METRICS),),
        buckets={name: f"s3://{name}" for name in config.buckets},
    )


def _database(site: Site) -> tuple[str, ...]:
    """The server in the cluster is a user like any team, from its own namespace."""
    here = DATABASE in site.sections and DATABASE not in site.endpoints
    return (DATABASE_USER,) if here else ()


def _endpoint(name: str, port: int, *, host: str | None = None) -> Endpoint:
    ports = (Port(number=port),)
    return Endpoint(name=name, namespace=NAMESPACE, labels=LABELS, ports=ports, host=host)


def _service() -> Manifest:
    """Of all that the pod listens on, S3 alone: by its own port, and by the one of MinIO."""
    ports = (("s3", S3), ("minio", _CLIENTS))
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": _SERVICE, "namespace": NAMESPACE},
        "spec": {
            "selector": dict(LABELS),
            "ports": [{"name": name, "port": port, "targetPort": S3} for name, port in ports],
        },
    }


def _credential(config: ObjectStoreConfig, site: Site, teams: Iterable[str]) -> Credential:
    grants = {team: site.demands[team].grants if team in site.demands else () for team in teams}
    return Credential(
        name=USERS,
        namespace=NAMESPACE,
        words=(ADMINISTRATOR, *grants),
        templates={"seaweedfs_s3_config": identities(grants)},
        accounts=tuple(map(_account, grants)),
        generation=config.generation,
    )


def _account(team: str) -> Account:
    return Account(
        team=team,
        endpoint=OBJECT_STORE,
        templates={
            "user": team,
            "password": f"${{{team}}}",
            "bucket": own_bucket(team),
            "endpoint": f"http://{_HOST}:{S3}",
        },
    )
