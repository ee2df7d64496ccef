"""What is expected of kube-prometheus-stack with our values."""

from collections.abc import Mapping

from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from components.monitoring.names import (
    ALERTMANAGER,
    GRAFANA,
    OPERATOR,
    PROMETHEUS,
    RELEASE,
    STATE_METRICS,
)
from components.monitoring.section import MonitoringConfig

SMALL = Size(cpu="20m", memory="128Mi")
"""The operator, kube-state-metrics, Alertmanager: they grow with objects, not with samples."""
SIDECAR = Size(cpu="10m", memory="96Mi")
WEBHOOK = 10250
"""Where the operator judges what the API server is given."""
_PLAIN = 8080
"""Where it answers if it judges nothing."""

_GROUP = "monitoring.coreos.com"
_DEFINITIONS = tuple(
    f"{kind}.{_GROUP}"
    for kind in (
        *("alertmanagerconfigs", "alertmanagers", "podmonitors", "probes", "prometheusagents"),
        *("prometheuses", "prometheusrules", "scrapeconfigs", "servicemonitors", "thanosrulers"),
    )
)
_RELOADER = "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1"
_SIDECAR = "quay.io/kiwigrid/k8s-sidecar:2.10.1"
_NOBODY = 65534


def stack_stand_in(config: MonitoringConfig, *, certificates: bool) -> StandIn:
    """Five workloads; two of them are made by the operator."""
    grafana, number = f"{RELEASE}-grafana", config.grafana.node_port
    state, operator = f"{RELEASE}-kube-state-metrics", f"{RELEASE}-operator"
    prometheus, alertmanager = f"prometheus-{RELEASE}", f"alertmanager-{RELEASE}"
    port = WEBHOOK if certificates else _PLAIN
    return StandIn(
        definitions=_DEFINITIONS,
        looks_after={
            operator: ("podmonitors.monitoring.coreos.com", "prometheusrules.monitoring.coreos.com")
        },
        workloads=(
            _operator(operator, port),
            _state_metrics(state),
            _grafana(grafana, config.grafana.size.size()),
            _prometheus(prometheus, config),
            _alertmanager(alertmanager, config),
        ),
        services=(
            ExpectedService(
                name=grafana,
                workload=grafana,
                ports={80: 3000},
                node_ports={} if number is None else {80: number},
            ),
            ExpectedService(name=state, workload=state, ports={8080: 8080}),
            ExpectedService(
                name=operator,
                workload=operator,
                ports={443 if certificates else port: port},
            ),
            ExpectedService(
                name=f"{RELEASE}-prometheus", workload=prometheus, ports={9090: 9090, 8080: 8080}
            ),
            ExpectedService(
                name=f"{RELEASE}-alertmanager",
                workload=alertmanager,
                ports={9093: 9093, 8080: 8080},
            ),
        ),
    )


def _operator(name: str, port: int) -> ExpectedWorkload:
    image = "quay.io/prometheus-operator/prometheus-operator:v0.93.1"
    return _watcher(name, OPERATOR, "kube-prometheus-stack", image, port)


def _state_metrics(name: str) -> ExpectedWorkload:
    image = "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0"
    return _watcher(name, STATE_METRICS, "kube-state-metrics", image, 8080, 8081)


def _watcher(
    name: str, labels: Mapping[str, str], container: str, image: str, *ports: int
) -> ExpectedWorkload:
    """One small container that watches the API server."""
    return ExpectedWorkload(
        kind="Deployment",
        name=name,
        labels=labels,
        containers=(ExpectedContainer(name=container, image=image, size=SMALL, ports=ports),),
        account=name,
        token=True,
        user=_NOBODY,
    )


def _grafana(name: str, size: Size) -> ExpectedWorkload:
    readers = (
        ExpectedContainer(name=f"grafana-sc-{what}", image=_SIDECAR, size=SIDECAR)
        for what in ("dashboard", "datasources")
    )
    own = ExpectedContainer(
        name="grafana",
        image="docker.io/grafana/grafana:13.2.0",
        size=size,
        ports=(3000, 9094, 6060),
        udp=(9094,),
    )
    return ExpectedWorkload(
        kind="Deployment",
        name=name,
        labels=GRAFANA,
        containers=(*readers, own),
        account=name,
        token=True,
        user=472,
    )


def _prometheus(name: str, config: MonitoringConfig) -> ExpectedWorkload:
    own = ExpectedContainer(
        name="prometheus",
        image="quay.io/prometheus/prometheus:v3.14.0-distroless",
        size=config.prometheus.amounts(),
        ports=(9090,),
    )
    return _by_operator("Prometheus", name, PROMETHEUS, own, config.prometheus.replicas)


def _alertmanager(name: str, config: MonitoringConfig) -> ExpectedWorkload:
    own = ExpectedContainer(
        name="alertmanager",
        image="quay.io/prometheus/alertmanager:v0.34.0",
        size=SMALL,
        ports=(9093, 9094),
        udp=(9094,),
    )
    return _by_operator("Alertmanager", name, ALERTMANAGER, own, config.alertmanager.replicas)


def _by_operator(
    kind: str, name: str, labels: Mapping[str, str], own: ExpectedContainer, replicas: int
) -> ExpectedWorkload:
    return ExpectedWorkload(
        kind="StatefulSet",
        name=name,
        labels=labels,
        containers=(own, *_reloaders()),
        replicas=replicas,
        account=f"{RELEASE}-{own.name}",
        token=True,
        user=1000,
        made_of=f"{kind}/{RELEASE}",
    )


def _reloaders() -> tuple[ExpectedContainer, ExpectedContainer]:
    """What the operator puts beside both: one before they start, one as long as they run."""
    return (
        ExpectedContainer(name="config-reloader", image=_RELOADER, size=SIDECAR, ports=(8080,)),
        ExpectedContainer(name="init-config-reloader", image=_RELOADER, size=SIDECAR, init=True),
    )
