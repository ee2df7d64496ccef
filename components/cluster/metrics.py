"""metrics-server as a chart: which one, our values, and what is expected of it."""

from datetime import date

from assurance.graph.values import Capability, Need, Outside, Port
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    StandIn,
)
from components.cluster.section import MetricsConfig
from components.parts import Client, Entry, Part, PartNamespace, Site

# renovate: datasource=helm depName=metrics-server
PIN = ChartPin(
    chart="metrics-server",
    repository="https://kubernetes-sigs.github.io/metrics-server",
    version="3.13.1",
    verified_on=date(2026, 11, 20),
    licence="Apache-2.0",
)
_NAMESPACE = "metrics-server"
_LABELS = {
    "app.kubernetes.io/name": "metrics-server",
    "app.kubernetes.io/instance": "metrics-server",
}
_PORT = 10250


def metrics_part(config: MetricsConfig, _: Site) -> Part:
    """The resource metrics API, in a namespace of its own."""
    pods = Client(
        name="metrics-server",
        labels=_LABELS,
        needs=(
            Need(to=Outside.API_SERVER),
            Need(to=Outside.NODES, ports=(Port(number=10250),)),
        ),
    )
    api = Entry(
        name="metrics-api",
        labels=_LABELS,
        ports=(Port(number=_PORT),),
        source=Outside.API_SERVER,
    )
    return Part(
        key="platform.metrics",
        namespaces=(PartNamespace(name=_NAMESPACE, clients=(pods,), entries=(api,)),),
        releases=(metrics_release(config),),
        capabilities=frozenset({Capability.METRICS}),
    )


def metrics_release(config: MetricsConfig) -> Release:
    """The chart with our values, and what they make of it."""
    size = config.size.size()
    return Release(
        pin=PIN,
        name="metrics-server",
        namespace=_NAMESPACE,
        values={
            "args": [] if config.nodes_verified else ["--kubelet-insecure-tls"],
            "resources": size.resources(),
        },
        stand_in=StandIn(
            workloads=(
                ExpectedWorkload(
                    kind="Deployment",
                    name="metrics-server",
                    labels=_LABELS,
                    containers=(
                        ExpectedContainer(
                            name="metrics-server",
                            image="registry.k8s.io/metrics-server/metrics-server:v0.8.1",
                            size=size,
                            ports=(_PORT,),
                        ),
                    ),
                    account="metrics-server",
                    token=True,
                    user=1000,
                    priority="system-cluster-critical",
                ),
            ),
            services=(
                ExpectedService(
                    name="metrics-server", workload="metrics-server", ports={443: _PORT}
                ),
            ),
        ),
    )
