"""What only a cloud looks after: asked of a cluster whose provider brings it."""

from collections.abc import Iterator, Mapping

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.secrets.section import EXTERNAL

_WHAT: Mapping[str, tuple[str, str]] = {
    "registry": ("a registry", "leave it out"),
    "secrets": ("a store of secrets", "write kind: sealed"),
    "dns": ("a public DNS zone", "leave it out"),
}
"""By section: what it takes, and what to do where there is none."""


def only_clouds_bring_it(draft: Draft) -> Iterator[Problem]:
    """What the section takes is there only where the cluster's provider has it."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig):
        return
    if not draft.whole("platform", "cluster", "provider"):
        return
    outside = platform.secrets is not None and platform.secrets.kind == EXTERNAL
    asked = {
        "registry": platform.registry is not None,
        "secrets": outside,
        "dns": platform.dns is not None,
    }
    for section, wanted in asked.items():
        whole = wanted and draft.whole("platform", section)
        if whole and section not in platform.cluster.brings:
            message = not_brought(section, platform.cluster.provider)
            yield Problem(path=("platform", section), message=message)


def not_brought(section: str, provider: str) -> str:
    """Why the section cannot stand beside this cluster, and what to do instead."""
    what, instead = _WHAT[section]
    return (
        f"expected a cluster that brings {what}, got provider: {provider}, which brings none; "
        f"{instead}"
    )
