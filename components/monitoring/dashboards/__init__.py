"""Dashboards as data, and the ConfigMaps from which Grafana reads them."""

import json
from typing import Final

from components.manifests import Manifest
from components.monitoring.dashboards.capacity import CAPACITY
from components.monitoring.dashboards.inference import INFERENCE
from components.monitoring.dashboards.names import NAMES
from components.monitoring.dashboards.panels import Dashboard, document
from components.monitoring.dashboards.team import TEAM
from components.monitoring.names import NAMESPACE

DASHBOARDS: Final = (INFERENCE, TEAM, CAPACITY, NAMES)
"""All of ours."""


def dashboard_manifests() -> list[Manifest]:
    """A ConfigMap for each; the label is what Grafana's sidecar looks for."""
    return [_manifest(each) for each in DASHBOARDS]


def _manifest(dashboard: Dashboard) -> Manifest:
    text = json.dumps(document(dashboard), sort_keys=True, separators=(",", ":"))
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": f"dashboard-{dashboard.name}",
            "namespace": NAMESPACE,
            "labels": {"grafana_dashboard": "1"},
        },
        "data": {f"{dashboard.name}.json": text},
    }
