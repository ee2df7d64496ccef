"""SeaweedFS as a chart: which one, our values, and what is expected of it."""

from dataclasses import replace
from datetime import date
from typing import Any

from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from components.storage.section import ObjectStoreConfig

# renovate: datasource=helm depName=seaweedfs
PIN = ChartPin(
    chart="seaweedfs",
    repository="https://seaweedfs.github.io/seaweedfs/helm",
    version="4.44.0",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
NAMESPACE = "storage"
NAME = "seaweedfs-all-in-one"
LABELS = {
    "app.kubernetes.io/name": "seaweedfs",
    "app.kubernetes.io/instance": "seaweedfs",
    "app.kubernetes.io/component": NAME,
}
IMAGE = "chrislusf/seaweedfs:4.44"
S3 = 8333
METRICS = 9324
MASTER = 9333
FILER = 8888
USERS = "seaweedfs-s3"
"""The Secret with all users, as the server reads them."""
USER = 1000
_CORES = "2"
"""The chart keeps a limit of its own where none is named."""
_PORTS = (MASTER, 19333, 8080, 18080, FILER, 18888, S3, METRICS)


def store_release(config: ObjectStoreConfig, storage_class: str | None) -> Release:
    """One pod that is everything: master, volume server, filer and S3."""
    size = replace(config.size.size(), cpu_limit=_CORES)
    volume = {"type": "persistentVolumeClaim", "size": config.storage}
    return Release(
        pin=PIN,
        name="seaweedfs",
        namespace=NAMESPACE,
        values={
            "global": {
                "seaweedfs": {"createClusterRole": False, "automountServiceAccountToken": False}
            },
            "master": {"enabled": False},
            "volume": {"enabled": False},
            "filer": {"enabled": False},
            "allInOne": {
                "enabled": True,
                "serviceAccountName": "seaweedfs",
                "resources": size.resources(),
                "data": volume if storage_class is None else {**volume, **_class(storage_class)},
                "s3": {"enabled": True, "enableAuth": True, "existingConfigSecret": USERS},
                "podAnnotations": {"ml-platform/generation": str(config.generation)},
                "podSecurityContext": {
                    "enabled": True,
                    "runAsNonRoot": True,
                    "runAsUser": USER,
                    "runAsGroup": USER,
                    "fsGroup": USER,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containerSecurityContext": {
                    "enabled": True,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
            },
        },
        stand_in=_stand_in(size),
    )


def _class(name: str) -> dict[str, Any]:
    return {"storageClass": name}


def _stand_in(size: Size) -> StandIn:
    container = ExpectedContainer(name="seaweedfs", image=IMAGE, size=size, ports=_PORTS)
    workload = ExpectedWorkload(
        kind="Deployment",
        name=NAME,
        labels=LABELS,
        containers=(container,),
        account="seaweedfs",
        user=USER,
    )
    service = ExpectedService(name=NAME, workload=NAME, ports={port: port for port in _PORTS})
    return StandIn(workloads=(workload,), services=(service,))
