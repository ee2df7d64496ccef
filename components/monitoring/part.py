"""Monitoring as a part of the platform: it comes last, as it asks all others. Pure."""

from collections.abc import Iterable, Iterator

from assurance.graph.values import Endpoint, Need, Outside, Port
from components.monitoring.agents import PORT as AGENT
from components.monitoring.agents import agents_release
from components.monitoring.alerts import GROUPS
from components.monitoring.chart import stack_release
from components.monitoring.dashboards import dashboard_manifests
from components.monitoring.login import login_need, login_secrets
from components.monitoring.monitors import endpoint_monitor
from components.monitoring.names import (
    ADMIN,
    AGENTS,
    ALERTMANAGER,
    CALLER,
    GRAFANA,
    NAMESPACE,
    OPERATOR,
    PROMETHEUS,
    STATE_METRICS,
)
from components.monitoring.rules import rule_manifests
from components.monitoring.section import MonitoringConfig
from components.monitoring.stand_in import WEBHOOK
from components.parts import Caller, Client, Credential, Entry, Part, PartNamespace, Site

_KUBELET = 10250
_API = Need(to=Outside.API_SERVER)


def monitoring_part(config: MonitoringConfig, site: Site) -> Part:
    """Two charts in two namespaces, rules, dashboards, and a monitor for every other part."""
    certificates = "platform.certificates" in site.sections
    own = PartNamespace(
        name=NAMESPACE,
        clients=tuple(_clients(config, site.scraped)),
        entries=tuple(_entries(config, certificates=certificates)),
    )
    return Part(
        key="platform.monitoring",
        namespaces=(own, PartNamespace(name=AGENTS, pod_security="privileged")),
        releases=(
            stack_release(
                config, certificates=certificates, storage_class=site.cluster.storage_class
            ),
            agents_release(),
        ),
        objects=(
            *rule_manifests(GROUPS),
            *dashboard_manifests(),
            *map(endpoint_monitor, site.scraped),
        ),
        stated={NAMESPACE: login_secrets(config.grafana.login)},
        callers=(Caller(name=CALLER, namespace=NAMESPACE, labels=PROMETHEUS),),
        credentials=(
            Credential(
                name=ADMIN,
                namespace=NAMESPACE,
                words=("admin-password",),
                plain={"admin-user": "admin"},
            ),
        ),
    )


def _clients(config: MonitoringConfig, scraped: Iterable[Endpoint]) -> Iterator[Client]:
    """The nodes' own addresses are where the kubelet and the node exporter answer."""
    nodes = Need(to=Outside.NODES, ports=(Port(number=AGENT), Port(number=_KUBELET)))
    others = (Need(to=endpoint.name) for endpoint in scraped)
    yield Client(name="prometheus", labels=PROMETHEUS, needs=(_API, nodes, *others))
    yield Client(name="operator", labels=OPERATOR, needs=(_API,))
    yield Client(name="kube-state-metrics", labels=STATE_METRICS, needs=(_API,))
    login = config.grafana.login
    asks = (_API,) if login is None else (_API, login_need(login))
    yield Client(name="grafana", labels=GRAFANA, needs=asks)
    if config.receivers:
        tells = (Need(to=Outside.INTERNET),)
        yield Client(name="alertmanager", labels=ALERTMANAGER, needs=tells)


def _entries(config: MonitoringConfig, *, certificates: bool) -> Iterator[Entry]:
    if config.grafana.node_port is not None:
        port = (Port(number=3000),)
        yield Entry(name="grafana", labels=GRAFANA, ports=port, source=Outside.NODES)
    if certificates:
        port = (Port(number=WEBHOOK),)
        yield Entry(name="webhook", labels=OPERATOR, ports=port, source=Outside.API_SERVER)
