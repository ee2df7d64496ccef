"""An object store in the cluster: S3, with a user and a bucket for every team that needs it."""

from collections.abc import Mapping
from dataclasses import replace

from assurance.graph.values import Endpoint, Grant, Port
from components.database.section import DATABASE
from components.manifests import Manifest
from components.parts import Account, Credential, Part, PartNamespace, Site
from components.parts.volumes import storage_class
from components.storage import minio
from components.storage.buckets import buckets_job
from components.storage.chart import LABELS, METRICS, NAMESPACE, S3, USERS, store_release
from components.storage.section import OBJECT_STORE, ObjectStoreConfig
from components.storage.users import ADMINISTRATOR, DATABASE_USER, identities, own_bucket

Grants = Mapping[str, tuple[Grant, ...]]
"""By user, beside the bucket that is each one's own."""
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
    grants = {team: site.demands[team].grants if team in site.demands else () for team in teams}
    buckets = list(dict.fromkeys((*config.buckets, *map(own_bucket, teams))))
    part = Part(
        key=_KEY,
        namespaces=(PartNamespace(name=NAMESPACE),),
        buckets={name: f"s3://{name}" for name in config.buckets},
    )
    kept = storage_class(_KEY, site)
    if config.kind == "minio":
        return replace(
            part,
            releases=(minio.minio_release(config, kept),),
            objects=(minio.setup_job(buckets, grants, config.generation),),
            credentials=(_of_minio(config, grants),),
            endpoints=(_endpoint(OBJECT_STORE, minio.PORT, minio.LABELS, host=_HOST),),
        )
    return replace(
        part,
        releases=(store_release(config, kept),),
        objects=(_service(), buckets_job(buckets)),
        credentials=(_of_seaweedfs(config, grants),),
        endpoints=(_endpoint(OBJECT_STORE, S3, LABELS, host=_HOST),),
        scraped=(_endpoint(f"{OBJECT_STORE}-metrics", METRICS, LABELS),),
    )


def _database(site: Site) -> tuple[str, ...]:
    """The server in the cluster is a user like any team, from its own namespace."""
    here = DATABASE in site.sections and DATABASE not in site.endpoints
    return (DATABASE_USER,) if here else ()


def _endpoint(
    name: str, port: int, labels: Mapping[str, str], *, host: str | None = None
) -> Endpoint:
    ports = (Port(number=port),)
    return Endpoint(name=name, namespace=NAMESPACE, labels=labels, ports=ports, host=host)


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


def _of_seaweedfs(config: ObjectStoreConfig, grants: Grants) -> Credential:
    return Credential(
        name=USERS,
        namespace=NAMESPACE,
        words=(ADMINISTRATOR, *grants),
        templates={"seaweedfs_s3_config": identities(grants)},
        accounts=tuple(_account(team, S3) for team in grants),
        generation=config.generation,
    )


def _of_minio(config: ObjectStoreConfig, grants: Grants) -> Credential:
    return Credential(
        name=minio.SECRET,
        namespace=NAMESPACE,
        words=(ADMINISTRATOR, *grants),
        plain=minio.root_and_policies(grants),
        templates={"rootPassword": f"${{{ADMINISTRATOR}}}"},
        accounts=tuple(_account(team, minio.PORT) for team in grants),
        generation=config.generation,
    )


def _account(team: str, port: int) -> Account:
    return Account(
        team=team,
        endpoint=OBJECT_STORE,
        templates={
            "user": team,
            "password": f"${{{team}}}",
            "bucket": own_bucket(team),
            "endpoint": f"http://{_HOST}:{port}",
        },
    )
