"""Storage classes: with one that the cluster does not have, a claim waits for ever."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.config.models import PlatformConfig
from components.config.wording import one_of


def storage_classes_exist(draft: Draft) -> Iterator[Problem]:
    """The cluster's own, and those of claims, where it is known which ones it has."""
    if not isinstance(draft.platform, PlatformConfig):
        return
    cluster = draft.platform.cluster
    known = sorted(cluster.storage_classes)
    if not known:
        return
    for path, name in _named(draft):
        if name is not None and name not in known:
            message = one_of(known, name, of="the cluster's storage classes")
            yield Problem(path=path, message=message)


def _named(draft: Draft) -> Iterator[tuple[Path, str | None]]:
    own = getattr(getattr(draft.platform, "cluster", None), "storage_class", None)
    yield ("platform", "cluster", "storage_class"), own
    for team, name, workload in draft.workloads():
        for volume, config in workload.volumes.items():
            if config.claim is not None:
                path = ("teams", team, "workloads", name, "volumes", volume, "claim")
                yield (*path, "storage_class"), config.claim.storage_class
