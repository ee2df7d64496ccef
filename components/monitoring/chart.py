"""kube-prometheus-stack as a chart: which one, and our values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assurance.graph.values import CLASS, TEAM, bytes_of
from components.charts.patch import NamedVerbs
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.monitoring.login import login_values
from components.monitoring.names import ADMIN, INTERVAL, NAMESPACE, RELEASE
from components.monitoring.routes import alertmanager_config
from components.monitoring.section import MonitoringConfig
from components.monitoring.stand_in import SIDECAR, SMALL, stack_stand_in

# renovate: datasource=helm depName=kube-prometheus-stack
PIN = ChartPin(
    chart="kube-prometheus-stack",
    repository="https://prometheus-community.github.io/helm-charts",
    version="88.5.3",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
_OFF = {"enabled": False}
_ON = {"enabled": True}
_OUT_OF_REACH = ("kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy", "coreDns")
"""They listen on a node's loopback, are a cloud's, or would need a Service in kube-system."""


def stack_release(
    config: MonitoringConfig, *, certificates: bool, storage_class: str | None
) -> Release:
    """The chart with our values; with certificates, a webhook judges rules and monitors."""
    return Release(
        pin=PIN,
        name=RELEASE,
        namespace=NAMESPACE,
        values={
            "crds": _ON,
            "fullnameOverride": RELEASE,
            "cleanPrometheusOperatorObjectNames": True,
            **dict.fromkeys(("nodeExporter", *_OUT_OF_REACH), _OFF),
            "defaultRules": {"additionalRuleLabels": {"team": "platform"}},
            "prometheusOperator": _operator(certificates=certificates),
            "prometheus": {"prometheusSpec": _prometheus(config, storage_class)},
            "alertmanager": _alertmanager(config, storage_class),
            "kube-state-metrics": {
                "collectorsExclude": ["secrets"],
                "metricLabelsAllowlist": [f"namespaces=[{TEAM}]"],
                "resources": SMALL.resources(),
            },
            "grafana": _grafana(config),
        },
        stand_in=stack_stand_in(config, certificates=certificates),
        patches=(NamedVerbs(kind="ClusterRole", name=f"{RELEASE}-operator"),),
    )


def _operator(*, certificates: bool) -> dict[str, Any]:
    """Without certificates it serves nothing that needs one: a chart's Job would make it else."""
    hooks: dict[str, Any] = (
        {"admissionWebhooks": {"patch": _OFF, "certManager": _ON}}
        if certificates
        else {"admissionWebhooks": _OFF, "tls": _OFF}
    )
    return {
        **hooks,
        "resources": SMALL.resources(),
        "prometheusConfigReloader": {"resources": SIDECAR.resources()},
    }


def _prometheus(config: MonitoringConfig, storage_class: str | None) -> dict[str, Any]:
    """Monitors of every namespace; rules only of the platform's, as a rule can name any team."""
    own = config.prometheus
    everywhere = (
        f"{kind}SelectorNilUsesHelmValues"
        for kind in ("serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig")
    )
    return {
        **dict.fromkeys(everywhere, False),
        "ruleNamespaceSelector": {"matchLabels": {CLASS: "platform"}},
        "replicas": own.replicas,
        "scrapeInterval": INTERVAL,
        "retention": own.retention.time,
        "retentionSize": f"{bytes_of(own.retention.size)}B",
        "resources": own.amounts().resources(),
        "storageSpec": _claim(own.storage, storage_class),
    }


def _alertmanager(config: MonitoringConfig, storage_class: str | None) -> dict[str, Any]:
    own = config.alertmanager
    return {
        "config": alertmanager_config(config.receivers),
        "alertmanagerSpec": {
            "replicas": own.replicas,
            "resources": SMALL.resources(),
            "storage": _claim(own.storage, storage_class),
        },
    }


def _claim(size: str, storage_class: str | None) -> Mapping[str, Any]:
    chosen = {} if storage_class is None else {"storageClassName": storage_class}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"volumeClaimTemplate": {"spec": {**chosen, **spec}}}


def _grafana(config: MonitoringConfig) -> dict[str, Any]:
    own = config.grafana
    reached: dict[str, Any] = (
        {"type": "ClusterIP"}
        if own.node_port is None
        else {"type": "NodePort", "nodePort": own.node_port}
    )
    return {
        "admin": {
            "existingSecret": ADMIN,
            "userKey": "admin-user",
            "passwordKey": "admin-password",
        },
        "testFramework": _OFF,
        "service": {**reached, "portName": "http-web"},
        "resources": own.size.size().resources(),
        "sidecar": {
            "resources": SIDECAR.resources(),
            "dashboards": {"label": "grafana_dashboard", "labelValue": "1"},
        },
        "rbac": {"namespaced": True},
        **(login_values(own.login) if own.login is not None else {}),
    }
