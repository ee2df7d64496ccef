"""What only a cloud looks after: asked of a cluster whose provider brings it."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig


def registry_is_brought(draft: Draft) -> Iterator[Problem]:
    """Repositories are there only where the cluster's provider has a registry."""
    if not isinstance(draft.platform, PlatformConfig):
        return
    if not draft.whole("platform", "cluster", "provider"):
        return
    cluster = draft.platform.cluster
    asked = draft.platform.registry is not None and draft.whole("platform", "registry")
    if asked and "registry" not in cluster.brings:
        yield Problem(path=("platform", "registry"), message=not_brought(cluster.provider))


def not_brought(provider: str) -> str:
    """Why the section cannot stand beside this cluster, and what to do instead."""
    return (
        f"expected a cluster that brings a registry, got provider: {provider}, which brings none; "
        "leave it out"
    )
