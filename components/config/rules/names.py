"""Names that are taken already."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from providers.config import PlatformReference

RESERVED_NAMESPACES = frozenset(
    {
        "argocd",
        "cache",
        "calico-system",
        "cert-manager",
        "cnpg-system",
        "data",
        "database",
        "default",
        "envoy-gateway-system",
        "external-secrets",
        "falco",
        "gateway",
        "gatekeeper-system",
        "gpu",
        "istio-system",
        "keda",
        "knative-serving",
        "kserve",
        "kubeflow",
        "kuberay",
        "kyverno",
        "local-path-storage",
        "logging",
        "logging-agents",
        "metrics-server",
        "minio",
        "ml-platform",
        "mlflow",
        "monitoring",
        "monitoring-agents",
        "security",
        "sealed-secrets",
        "seldon-mesh",
        "seldon-system",
        "serving",
        "storage",
        "tigera-operator",
        "tracing",
        "trivy-system",
        "velero",
    }
)
"""Namespaces of the cluster, of the platform, and of what platforms are made of."""
_TAKEN = {
    "anonymous": "the object store lets whoever has no password in as that user",
    "nobody": "alerts that nobody is told of go by it",
    "platform": "the platform's own secrets and alerts go by it",
}
"""What would be a team's only by its name."""
_RESERVED_PREFIXES = ("kube-", "ml-platform-", "openshift-")
_TAKEN_WORKLOADS = frozenset({"default"})
"""Every namespace has a ServiceAccount of this name already."""


def namespaces_are_free(draft: Draft) -> Iterator[Problem]:
    """A team's name is its namespace."""
    taken = _namespaces_on_the_cluster(draft)
    for team in draft.team_names():
        path = ("teams", team)
        if team in RESERVED_NAMESPACES or team.startswith(_RESERVED_PREFIXES):
            message = f"expected a name of the team's own, got {team}: that namespace is reserved"
            yield Problem(path=path, message=message)
        elif team in _TAKEN:
            message = f"expected a name of the team's own, got {team}: {_TAKEN[team]}"
            yield Problem(path=path, message=message)
        elif team in taken:
            yield Problem(path=path, message=not_free(team, taken[team]))


def not_free(team: str, owner: str) -> str:
    """What is told of a name whose namespace is somebody's."""
    return f"expected a name of the team's own, got {team}: that namespace belongs to {owner}"


def workload_names_are_free(draft: Draft) -> Iterator[Problem]:
    """A workload's name is also its ServiceAccount's."""
    for team, workload, _ in draft.workloads():
        if workload in _TAKEN_WORKLOADS:
            message = f"expected another name, got {workload}: every namespace has one already"
            yield Problem(path=("teams", team, "workloads", workload), message=message)


def _namespaces_on_the_cluster(draft: Draft) -> dict[str, str]:
    if not isinstance(draft.platform, PlatformConfig):
        return {}
    cluster = draft.platform.cluster
    endpoints = {e.namespace: f"cluster.{n}" for n, e in cluster.endpoints.items() if e.namespace}
    return {cluster.address_plan().dns.namespace: "the cluster's DNS", **endpoints}


def platforms_differ(draft: Draft) -> Iterator[Problem]:
    """A stack cannot use the platform that it does not have itself."""
    if isinstance(draft.platform, PlatformReference) and draft.platform.from_stack == draft.name:
        message = f"expected another stack, got {draft.name}: that is this stack itself"
        yield Problem(path=("platform", "from_stack"), message=message)
