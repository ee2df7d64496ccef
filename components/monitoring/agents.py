"""prometheus-node-exporter as a chart: what the nodes themselves are doing."""

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
from components.monitoring.names import AGENTS

# renovate: datasource=helm depName=prometheus-node-exporter
PIN = ChartPin(
    chart="prometheus-node-exporter",
    repository="https://prometheus-community.github.io/helm-charts",
    version="4.56.1",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
PORT = 9100
"""On the node's own addresses."""

_NAME = "node-exporter-prometheus-node-exporter"
_SIZE = Size(cpu="10m", memory="32Mi")


def agents_release() -> Release:
    """One pod on every node; it reads the node's own file systems and nothing of the cluster."""
    labels = {
        "app.kubernetes.io/name": "prometheus-node-exporter",
        "app.kubernetes.io/instance": "node-exporter",
    }
    container = ExpectedContainer(
        name="node-exporter",
        image="quay.io/prometheus/node-exporter:v1.12.1",
        size=_SIZE,
        ports=(PORT,),
    )
    workload = ExpectedWorkload(
        kind="DaemonSet",
        name=_NAME,
        labels=labels,
        containers=(container,),
        account=_NAME,
        user=65534,
        of_node=True,
    )
    return Release(
        pin=PIN,
        name="node-exporter",
        namespace=AGENTS,
        values={"resources": _SIZE.resources(), "prometheus": {"monitor": {"enabled": True}}},
        stand_in=StandIn(
            workloads=(workload,),
            services=(ExpectedService(name=_NAME, workload=_NAME, ports={PORT: PORT}),),
        ),
    )
