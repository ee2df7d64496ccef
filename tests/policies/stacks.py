"""A small stack of two teams, from the program's own pure functions."""

from typing import Any

from assurance.graph.graph import Graph, graph_of
from tests.policies.wire import resource

TEAMS = ("fraud", "risk")


def default_deny(team: str, *directions: str) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "-".join(("deny", *directions)).lower(), "namespace": team},
        "spec": {"podSelector": {}, "policyTypes": list(directions)},
    }


def closed(team: str) -> list[dict[str, Any]]:
    """Everything that a team's namespace needs."""
    labels = {"ml-platform/namespace-class": "team", "ml-platform/team": team}
    inside = {"namespace": team}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": team, "labels": labels}},
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "quota", **inside},
            "spec": {"hard": {"pods": "10"}},
        },
        {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": {"name": "containers", **inside},
            "spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]},
        },
        default_deny(team, "Ingress", "Egress"),
    ]


def deployment(team: str, image: Any, **pod: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "main", "image": image}], **pod}
    labels = {"app": "api"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "api", "namespace": team},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
    }


def two_teams() -> list[dict[str, Any]]:
    return [manifest for team in TEAMS for manifest in closed(team)]


def graph(manifests: list[dict[str, Any]]) -> Graph:
    return graph_of((resource(manifest) for manifest in manifests), stack="test", mode="warm")
