"""Valkey as a chart: which one, our values, and what is expected of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assurance.graph.values import bytes_of
from components.cache.section import CacheConfig
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)

# renovate: datasource=helm depName=valkey
PIN = ChartPin(
    chart="valkey",
    repository="https://valkey.io/valkey-helm",
    version="0.11.0",
    verified_on=date(2026, 11, 21),
    licence="BSD-3-Clause",
)
NAMESPACE = "cache"
LABELS = {"app.kubernetes.io/name": "valkey", "app.kubernetes.io/instance": "valkey"}
PORT = 6379
METRICS = 9121
USERS = "valkey-users"
"""The Secret with each user's password, under the user's name."""
_USER = 1000
_IMAGE = "docker.io/valkey/valkey:9.1.1"
_EXPORTER = "ghcr.io/oliver006/redis_exporter:v1.79.0"
_INIT = Size(cpu="10m", memory="16Mi", cpu_limit="1")
_METRICS = Size(cpu="10m", memory="32Mi", cpu_limit="1")
_CLOSED = {
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def cache_release(config: CacheConfig, users: Mapping[str, Any]) -> Release:
    """The chart with our values, for these users."""
    size = Size(cpu=config.cpu, memory=config.memory)
    return Release(
        pin=PIN,
        name="valkey",
        namespace=NAMESPACE,
        values={
            "auth": {"enabled": True, "usersExistingSecret": USERS, "aclUsers": dict(users)},
            "valkeyConfig": _server(config),
            "podAnnotations": {"ml-platform/generation": str(config.generation)},
            "deploymentStrategy": "Recreate",
            "resources": size.resources(),
            "initResources": _INIT.resources(),
            "metrics": {
                "enabled": True,
                "exporter": {"resources": _METRICS.resources(), "securityContext": _CLOSED},
            },
        },
        stand_in=StandIn(workloads=(_workload(size),), services=_SERVICES),
    )


def _server(config: CacheConfig) -> str:
    """What is used least goes first, and nothing is kept on a disk.

    A quarter of the memory is for connections, and for what was freed and is not given back yet.
    """
    most = bytes_of(config.memory) * 3 // 4
    return f'maxmemory {most}\nmaxmemory-policy allkeys-lru\nsave ""\n'


def _workload(size: Size) -> ExpectedWorkload:
    return ExpectedWorkload(
        kind="Deployment",
        name="valkey",
        labels=LABELS,
        containers=(
            ExpectedContainer(name="valkey-init", image=_IMAGE, size=_INIT, init=True),
            ExpectedContainer(name="valkey", image=_IMAGE, size=size, ports=(PORT,)),
            ExpectedContainer(name="metrics", image=_EXPORTER, size=_METRICS, ports=(METRICS,)),
        ),
        account="valkey",
        user=_USER,
    )


_SERVICES = (
    ExpectedService(name="valkey", workload="valkey", ports={PORT: PORT}),
    ExpectedService(name="valkey-metrics", workload="valkey", ports={METRICS: METRICS}),
)
