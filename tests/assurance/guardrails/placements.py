"""What a pod may say of where it wants to be, and of whom it wants there."""

from collections.abc import Iterator
from typing import Any

ZONE = "topology.kubernetes.io/zone"
EVERYBODY: dict[str, Any] = {"topologyKey": ZONE, "namespaceSelector": {}, "labelSelector": {}}
_TERMS: tuple[dict[str, Any], ...] = (
    {"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "probe"}}},
    {"topologyKey": ZONE, "labelSelector": {}, "namespaces": ["other"]},
    {"topologyKey": ZONE, "labelSelector": {}, "namespaces": []},
    EVERYBODY,
)
ALONE_IN_ITS_ZONE = {
    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [EVERYBODY]}
}
TOLERATED: tuple[dict[str, Any], ...] = (
    {"key": "nvidia.com/gpu"},
    {"key": "node-role.kubernetes.io/control-plane"},
    {"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"},
    {"key": ""},
    {},
)


def affinities() -> Iterator[dict[str, Any]]:
    """Each term in each of the four places, beside one that is about its own team."""
    for term in _TERMS:
        for kind in ("podAffinity", "podAntiAffinity"):
            yield {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [_TERMS[0], term]}}
            weighted = [{"weight": 1, "podAffinityTerm": term}]
            yield {kind: {"preferredDuringSchedulingIgnoredDuringExecution": weighted}}
