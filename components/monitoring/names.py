"""What the chart calls its parts; other objects find them by these."""

NAMESPACE = "monitoring"
AGENTS = "monitoring-agents"
"""Apart from the rest, as what looks at nodes may do what nothing else may."""
RELEASE = "kps"
ADMIN = "grafana-admin"
"""The Secret with Grafana's first user."""
SOURCE = "Prometheus"
"""What Grafana calls the data source of every panel."""
INTERVAL = "30s"
"""From one reading of an endpoint to the next."""

_INSTANCE = {"app.kubernetes.io/instance": RELEASE}
CALLER = "prometheus"
"""As what it calls workloads of teams."""
PROMETHEUS = {
    "app.kubernetes.io/name": "prometheus",
    "operator.prometheus.io/name": RELEASE,
    **_INSTANCE,
}
ALERTMANAGER = {"app.kubernetes.io/name": "alertmanager", "alertmanager": RELEASE, **_INSTANCE}
GRAFANA = {"app.kubernetes.io/name": "grafana", **_INSTANCE}
STATE_METRICS = {"app.kubernetes.io/name": "kube-state-metrics", **_INSTANCE}
OPERATOR = {"app": "kube-prometheus-stack-operator", "release": RELEASE, **_INSTANCE}
