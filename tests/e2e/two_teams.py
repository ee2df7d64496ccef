"""A platform and two teams on it, which tests deploy and edit."""

import copy
from collections.abc import Mapping
from typing import Any

PLATFORM: dict[str, Any] = {
    "cluster": {
        "provider": "existing",
        "simulated": True,
        "pools": {"general": {"cpu": 16, "memory": "64Gi", "min": 2}},
        "storage_class": "sandbox",
        "addresses": {
            "pods": ["10.244.0.0/16"],
            "services": ["10.96.0.0/16"],
            "nodes": ["10.0.0.0/24"],
        },
        "endpoints": {
            "warehouse": {
                "namespace": "warehouse",
                "labels": {"app": "warehouse"},
                "ports": [5432],
            }
        },
    }
}
TEAMS: dict[str, Any] = {
    "ads": {
        "members": {"edit": {"groups": ["ads-engineers"]}},
        "workloads": {
            "api": {
                "image": "registry.example.com/ads/api:1.0.0",
                "ports": [8080],
                "published": True,
            }
        },
    },
    "fraud": {
        "workloads": {
            "score": {"image": "registry.example.com/fraud/score:1.0.0", "ports": [8080]},
            "train": {"kind": "job", "image": "registry.example.com/fraud/train:1.0.0"},
        },
    },
}
WAREHOUSE = (
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "warehouse"}},
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "warehouse-0",
            "namespace": "warehouse",
            "labels": {"app": "warehouse"},
        },
        "spec": {"containers": [{"name": "postgres", "image": "registry.example.com/postgres:17"}]},
    },
)
"""What the stack file says is already on the cluster."""


def edited(teams: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The teams with some of their keys changed: `fraud__quota={…}`."""
    result: dict[str, Any] = copy.deepcopy(dict(teams))
    for path, value in changes.items():
        *way, last = path.split("__")
        place = result
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return result
