"""Teams to test with: the smallest, seed-like ones, and one that uses everything there is."""

import json
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from assurance.graph.values import Endpoint, Pool, Port, Shape, Taint
from components.manifests import Manifest
from components.tenancy.defaults import effective
from components.tenancy.objects import TeamArgs, team_manifests
from components.tenancy.section import TeamConfig, TeamDefaults

CONTAINERS = effective(TeamConfig(), TeamDefaults()).containers
"""What a container gets where nobody says."""
POOLS = (
    Pool(name="general", shape=Shape(cpu=16_000, memory=64 * 2**30), min=1, max=3),
    Pool(
        name="gpu",
        shape=Shape(cpu=8_000, memory=32 * 2**30, gpu=4, gpu_type="nvidia.com/gpu"),
        min=1,
        max=1,
        taints=(
            Taint(key="nvidia.com/gpu", value="present"),
            Taint(key="spot", effect="NoExecute"),
        ),
    ),
)
WAREHOUSE = Endpoint(
    name="cluster.warehouse",
    namespace="warehouse",
    labels={"app": "warehouse"},
    ports=(Port(number=5432),),
    host="warehouse.warehouse.svc",
    managed=False,
    scheme="postgresql",
)
NOWHERE = Endpoint(
    name="cluster.nowhere", cidrs=(ip_network("192.0.2.0/24"),), ports=(Port(number=443),)
)
ENDPOINTS = {endpoint.name: endpoint for endpoint in (WAREHOUSE, NOWHERE)}

IMAGE = "registry.example.com/model:1.0"

SEED = {
    "workloads": {
        "ml-inference": {"image": IMAGE, "ports": [8000], "replicas": {"min": 2, "max": 10}}
    }
}
"""A tenant of the architecture diagram: an inference service that scales from two pods to ten."""

RICH: dict[str, Any] = {
    "members": {
        "view": {"groups": ["analysts"]},
        "edit": {"groups": ["engineers"], "users": ["ed@example.com"]},
        "admin": {"users": ["ada@example.com"]},
    },
    "quota": {
        "cpu": 24,
        "memory": "96Gi",
        "storage": "500Gi",
        "pods": 60,
        "gpu": 2,
        "counts": {"jobs.batch": 10},
    },
    "containers": {"maximum": {"cpu": 8, "memory": "32Gi"}},
    "needs": ["internet"],
    "workloads": {
        "api": {
            "image": IMAGE,
            "command": ["python", "-m", "api"],
            "args": ["--verbose"],
            "ports": [8080, {"port": 9090, "name": "metrics"}, {"port": 8125, "protocol": "UDP"}],
            "replicas": {"min": 2, "max": 6, "cpu_target": 70},
            "resources": {"cpu": "500m", "memory": "1Gi", "limits": {"memory": "2Gi", "cpu": 1}},
            "env": {
                "Z_LAST": "z",
                "WAREHOUSE": {"need": "cluster.warehouse"},
                "TOKEN": {"secret": "api-token", "key": "token"},
            },
            "volumes": {
                "cache": {"mount": "/cache", "scratch": "1Gi"},
                "model": {"mount": "/model", "claim": {"size": "20Gi"}},
                "settings": {"mount": "/etc/api", "config_map": "settings"},
                "token": {"mount": "/run/token", "secret": "api-token"},
            },
            "probes": {
                "readiness": {"http": "/ready"},
                "liveness": {"port": 9090, "period": 30, "delay": 5},
                "startup": {"http": "/ready", "failures": 30},
            },
            "image_pull_secrets": ["registry"],
            "needs": ["cluster.warehouse", "api-server"],
            "published": True,
        },
        "features": {
            "kind": "statefulset",
            "image": IMAGE,
            "ports": [6379],
            "replicas": 3,
            "volumes": {
                "data": {"mount": "/data", "claim": {"size": "20Gi", "storage_class": "fast"}}
            },
        },
        "queue": {"kind": "statefulset", "image": IMAGE},
        "train": {
            "kind": "job",
            "image": IMAGE,
            "pool": "gpu",
            "resources": {
                "cpu": 4,
                "memory": "16Gi",
                "limits": {"cpu": 8, "memory": "32Gi"},
                "gpu": 1,
            },
            "completions": 2,
            "parallelism": 2,
        },
        "report": {"kind": "cronjob", "image": IMAGE, "schedule": "0 6 * * 1-5", "suspend": True},
        "batch": {"image": IMAGE, "resources": {"gpu": 1}, "replicas": 0},
        "web": {"image": IMAGE, "ports": [80], "replicas": {"min": 1, "max": 3}, "owner": "gitops"},
    },
}
"""Every kind of workload, every source of a volume and of a variable."""


def args(words: Mapping[str, Any], **more: Any) -> TeamArgs:
    """The arguments of a team that says these words, on the sample cluster."""
    config = TeamConfig.model_validate_json(json.dumps(words), strict=True)
    given: dict[str, Any] = {"endpoints": ENDPOINTS, "pools": POOLS, "storage_class": "standard"}
    return TeamArgs(config=config, resolved=effective(config, TeamDefaults()), **(given | more))


def objects(words: Mapping[str, Any], name: str = "fraud", **more: Any) -> dict[str, Manifest]:
    """A team's objects as `Kind/name`."""
    made = team_manifests(name, args(words, **more))
    named = {f"{m['kind']}/{m['metadata']['name']}": m for m in made}
    assert len(named) == len(made)
    return named


def workload(words: Mapping[str, Any], **more: Any) -> dict[str, Manifest]:
    """The objects of a team whose one workload, `api`, says these words."""
    return objects({"workloads": {"api": {"image": IMAGE, **words}}}, **more)
