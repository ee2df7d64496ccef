"""CloudNativePG's operator as a chart: which one, our values, and what is expected of it."""

from datetime import date

from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)

# renovate: datasource=helm depName=cloudnative-pg
PIN = ChartPin(
    chart="cloudnative-pg",
    repository="https://cloudnative-pg.github.io/charts",
    version="0.29.0",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
NAMESPACE = "cnpg-system"
LABELS = {"app.kubernetes.io/name": "cloudnative-pg", "app.kubernetes.io/instance": "cnpg"}
WEBHOOK = 9443
METRICS = 8080
_NAME = "cnpg-cloudnative-pg"
_SIZE = Size(cpu="25m", memory="128Mi")
_KINDS = (
    "backups",
    "clusterimagecatalogs",
    "clusters",
    "databaseroles",
    "databases",
    "failoverquorums",
    "imagecatalogs",
    "poolers",
    "publications",
    "scheduledbackups",
    "subscriptions",
)


def operator_release() -> Release:
    """The operator, for the whole cluster."""
    return Release(
        pin=PIN,
        name="cnpg",
        namespace=NAMESPACE,
        values={"crds": {"create": True}, "resources": _SIZE.resources()},
        stand_in=StandIn(
            workloads=(
                ExpectedWorkload(
                    kind="Deployment",
                    name=_NAME,
                    labels=LABELS,
                    containers=(
                        ExpectedContainer(
                            name="manager",
                            image="ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0",
                            size=_SIZE,
                            ports=(METRICS, WEBHOOK),
                        ),
                    ),
                    account=_NAME,
                    token=True,
                    user=10001,
                ),
            ),
            services=(
                ExpectedService(name="cnpg-webhook-service", workload=_NAME, ports={443: WEBHOOK}),
            ),
            definitions=tuple(f"{kind}.postgresql.cnpg.io" for kind in _KINDS),
            looks_after={
                _NAME: tuple(
                    f"{kind}.postgresql.cnpg.io"
                    for kind in ("clusters", "databases", "scheduledbackups")
                )
            },
        ),
    )
