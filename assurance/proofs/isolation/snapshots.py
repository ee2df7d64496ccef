"""Snapshots of volumes that somebody made by hand: whose data they hand to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Origin
from assurance.proofs.isolation.places import Place, places
from assurance.proofs.isolation.roles import text
from assurance.proofs.network.selectors import SpecError

CONTENT = ("snapshot.storage.k8s.io", "VolumeSnapshotContent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A VolumeSnapshotContent, and the namespace whose VolumeSnapshot gets it."""

    namespace: str
    places: tuple[Place, ...]
    """The volume that it was taken of, the snapshot itself, as far as it says."""
    handle: str
    """The snapshot that it was made for by hand; else the driver takes one."""
    by: str
    origin: Origin


def content_of(item: KubernetesObject) -> Content:
    """One of them, read; raises where what it holds is not known."""
    spec = item.manifest.get("spec")
    if not isinstance(spec, Mapping):
        message = "its spec is not known"
        raise SpecError(message)
    reference, source = spec.get("volumeSnapshotRef"), spec.get("source")
    handle = _stated(source, "snapshotHandle")
    return Content(
        namespace=text(reference, "namespace"),
        places=tuple(_places(text(spec, "driver"), source, handle or _taken(item))),
        handle=handle,
        by=str(item),
        origin=item.resource.origin,
    )


def _places(driver: str, source: Any, handle: str) -> Iterator[Place]:
    volume = _stated(source, "volumeHandle")
    if volume:
        yield from places({"csi": {"driver": driver, "volumeHandle": volume}})
    if handle:
        yield Place(kind=f"snapshot of {driver}", store=handle)


def _taken(item: KubernetesObject) -> str:
    """What the driver has taken, on a cluster."""
    status = item.manifest.get("status")
    return _stated(status, "snapshotHandle") if isinstance(status, Mapping) else ""


def _stated(value: Any, key: str) -> str:
    if not isinstance(value, Mapping):
        message = "where its data comes from is not known"
        raise SpecError(message)
    return "" if value.get(key) is None else text(value, key)
