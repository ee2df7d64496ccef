"""What a cloud looks after: asked only of a cluster whose provider brings it."""

from collections.abc import Iterator, Mapping

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig

_WHAT: Mapping[str, str] = {
    "object_store": "an object store",
    "database": "a database",
    "cache": "a cache",
    "registry": "a registry",
}
"""By section."""


def managed_is_brought(draft: Draft) -> Iterator[Problem]:
    """A section is there only where the cluster's provider can serve it."""
    if not isinstance(draft.platform, PlatformConfig):
        return
    if not draft.whole("platform", "cluster", "provider"):
        return
    cluster = draft.platform.cluster
    for section in _WHAT:
        asked = getattr(draft.platform, section) is not None
        whole = draft.whole("platform", section)
        if asked and whole and section not in cluster.brings:
            yield Problem(
                path=("platform", section), message=not_brought(section, cluster.provider)
            )


def not_brought(section: str, provider: str) -> str:
    """Why a section cannot stand beside this cluster, and what to do instead."""
    own = f"state your own: platform.cluster.endpoints.{section.replace('_', '-')}"
    remedy = "leave it out" if section == "registry" else f"leave it out, and {own}"
    return (
        f"expected a cluster that brings {_WHAT[section]}, "
        f"got provider: {provider}, which brings none; {remedy}"
    )
