"""How the server's state gets into the object store: all changes as they come, a copy every night.

The operator does this itself as far as its version 1.30; in later ones a plugin does, from the same
place and in the same format.
"""

from assurance.graph.values import Need
from components.manifests import Manifest
from components.parts import Site
from components.storage.section import OBJECT_STORE
from components.storage.users import DATABASE_USER, own_bucket

_NIGHTLY = "0 30 1 * * *"
"""Seconds come first."""
_OF_OTHERS = ("AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION")
"""What clients of AWS ask for by default, and only AWS's own store answers."""


def store_for_backups(site: Site) -> str | None:
    """Where the store in the cluster answers; None where there is none to keep a copy in."""
    store = site.endpoints.get(OBJECT_STORE)
    if store is None or store.namespace is None:
        return None
    (port,) = store.ports
    return f"http://{store.host}:{port.number}"


def backup_needs(store: str | None) -> tuple[Need, ...]:
    """Instances write to the store and read from it."""
    return () if store is None else (Need(to=OBJECT_STORE),)


def backed_up(store: str, days: int) -> Manifest:
    """What the server is told of it, besides its own settings."""
    secret = OBJECT_STORE.replace(".", "-")
    credentials = {
        "accessKeyId": {"name": secret, "key": "user"},
        "secretAccessKey": {"name": secret, "key": "password"},
    }
    return {
        "env": [{"name": name, "value": "when_required"} for name in _OF_OTHERS],
        "backup": {
            "retentionPolicy": f"{days}d",
            "barmanObjectStore": {
                "destinationPath": f"s3://{own_bucket(DATABASE_USER)}/",
                "endpointURL": store,
                "s3Credentials": credentials,
                "wal": {"compression": "gzip"},
                "data": {"compression": "gzip"},
            },
        },
    }


def nightly(server: str) -> Manifest:
    """A whole copy each night, and the first one at once."""
    return {
        "schedule": _NIGHTLY,
        "immediate": True,
        "method": "barmanObjectStore",
        "backupOwnerReference": "cluster",
        "cluster": {"name": server},
    }
