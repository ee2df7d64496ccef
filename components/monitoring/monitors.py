"""What Prometheus asks for metrics, and how often. Pure."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.values import Endpoint
from components.manifests import Manifest
from components.monitoring.names import INTERVAL, NAMESPACE

METRICS_PATH = "/metrics"


def endpoint_monitor(endpoint: Endpoint) -> Manifest:
    """Of one of the platform's own endpoints, on each of its ports."""
    scheme = "https" if endpoint.scheme == "https" else "http"
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": {"name": endpoint.name.replace(".", "-"), "namespace": NAMESPACE},
        "spec": {
            "selector": {"matchLabels": dict(endpoint.labels)},
            "namespaceSelector": {"matchNames": [endpoint.namespace]},
            "podMetricsEndpoints": [
                asked(int(port.number), METRICS_PATH, scheme) for port in endpoint.ports
            ],
        },
    }


def workload_monitor(name: str, labels: Mapping[str, str], port: int, path: str) -> Manifest:
    """Of a team's workload, in the team's own namespace."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": dict(labels)},
            "podMetricsEndpoints": [asked(port, path, "http")],
        },
    }


def asked(port: int, path: str, scheme: str) -> dict[str, Any]:
    """One port of pods; it must be one that a container declares."""
    return {"portNumber": port, "path": path, "scheme": scheme, "interval": INTERVAL}
