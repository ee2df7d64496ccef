"""A small stack of two teams, and everything that may be missing around one of them."""

from collections.abc import Callable
from typing import Any

from assurance.graph.graph import Graph, graph_of
from tests.policies.wire import resource

Manifests = list[dict[str, Any]]

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
    labels = {"ml-platform/team": team, "pod-security.kubernetes.io/enforce": "restricted"}
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


def one(manifests: Manifests, kind: str, team: str = "fraud") -> dict[str, Any]:
    (found,) = (
        m for m in manifests if m["kind"] == kind and m["metadata"].get("namespace") == team
    )
    return found


def without(kind: str) -> Callable[[Manifests], None]:
    return lambda manifests: manifests.remove(one(manifests, kind))


def spec(kind: str, **changes: Any) -> Callable[[Manifests], None]:
    return lambda manifests: one(manifests, kind)["spec"].update(changes)


MUTATIONS: dict[str, tuple[Callable[[Manifests], None], tuple[str, ...]]] = {
    "no quota": (without("ResourceQuota"), ("ResourceQuota",)),
    "a quota of nothing": (spec("ResourceQuota", hard={}), ("ResourceQuota",)),
    "no limits": (without("LimitRange"), ("LimitRange for containers",)),
    "limits for claims only": (
        spec("LimitRange", limits=[{"type": "PersistentVolumeClaim", "default": {"cpu": "1"}}]),
        ("LimitRange for containers",),
    ),
    "limits without a default": (
        spec("LimitRange", limits=[{"type": "Container", "max": {"cpu": "1"}}]),
        ("LimitRange for containers",),
    ),
    "no default-deny": (
        without("NetworkPolicy"),
        (
            "NetworkPolicy that denies all ingress by default",
            "NetworkPolicy that denies all egress by default",
        ),
    ),
    "default-deny of ingress only": (
        spec("NetworkPolicy", policyTypes=["Ingress"]),
        ("NetworkPolicy that denies all egress by default",),
    ),
    "default-deny of egress only": (
        spec("NetworkPolicy", policyTypes=["Egress"]),
        ("NetworkPolicy that denies all ingress by default",),
    ),
    "default-deny without types": (
        lambda manifests: one(manifests, "NetworkPolicy")["spec"].pop("policyTypes"),
        ("NetworkPolicy that denies all egress by default",),
    ),
    "default-deny of some pods": (
        spec("NetworkPolicy", podSelector={"matchLabels": {"a": "b"}}),
        (
            "NetworkPolicy that denies all ingress by default",
            "NetworkPolicy that denies all egress by default",
        ),
    ),
    "an empty rule, which opens everything": (
        spec("NetworkPolicy", egress=[{}]),
        ("NetworkPolicy that denies all egress by default",),
    ),
}
