"""A workload's volumes: claims that outlive its pods, scratch space, secrets, configuration."""

from dataclasses import dataclass
from typing import Any

from assurance.graph.values import bytes_of, format_bytes
from components.manifests import Manifest
from components.tenancy.defaults import ResolvedContainers
from components.tenancy.labels import workload_labels
from components.tenancy.workloads.section import ClaimConfig, PodConfig, VolumeConfig
from components.tenancy.workloads.surroundings import Surroundings


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedDisk:
    """What a container asks for of its node's own disk."""

    request: str
    limit: str
    stated: bool
    """False: the team's defaults say the same."""


def has_claims(config: PodConfig) -> bool:
    """Whether any of its storage outlives the pod."""
    return any(volume.claim is not None for volume in config.volumes.values())


def scratch(config: PodConfig) -> int:
    """Bytes that its scratch volumes may take of a node's disk."""
    return sum(bytes_of(v.scratch) for v in config.volumes.values() if v.scratch is not None)


def disk(config: PodConfig, usual: ResolvedContainers) -> ResolvedDisk:
    """As the section says; else what every container gets, and its scratch volumes beside it."""
    stated, room = config.resources, scratch(config)
    limited = stated.limits.get("disk")
    return ResolvedDisk(
        request=stated.disk or limited or _and(usual.requests.disk, room),
        limit=limited or _and(usual.limits.disk, room),
        stated=bool(stated.disk or limited or room),
    )


def mounts(config: PodConfig) -> list[Manifest]:
    """Where the container sees its volumes."""
    return [
        {"name": name, "mountPath": volume.mount, **({"readOnly": True} if _fixed(volume) else {})}
        for name, volume in sorted(config.volumes.items())
    ]


def volumes(workload: str, config: PodConfig, *, own_claims: bool) -> list[Manifest]:
    """The pod's volumes; without its claims where every pod gets claims of its own."""
    return [
        {"name": name, **_source(workload, name, volume)}
        for name, volume in sorted(config.volumes.items())
        if volume.claim is None or not own_claims
    ]


def claims(workload: str, config: PodConfig, around: Surroundings) -> list[Manifest]:
    """The claims that all of a workload's pods share."""
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": _claim_name(workload, name)},
            "spec": _claim_spec(claim, around),
        }
        for name, claim in _claimed(config)
    ]


def claim_templates(workload: str, config: PodConfig, around: Surroundings) -> list[Manifest]:
    """The claims that each pod of a StatefulSet gets for itself."""
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": name, "labels": workload_labels(around.team, workload)},
            "spec": _claim_spec(claim, around),
        }
        for name, claim in _claimed(config)
    ]


def _and(amount: str, more: int) -> str:
    return format_bytes(bytes_of(amount) + more) if more else amount


def _claimed(config: PodConfig) -> list[tuple[str, ClaimConfig]]:
    return [(n, v.claim) for n, v in sorted(config.volumes.items()) if v.claim is not None]


def _claim_name(workload: str, volume: str) -> str:
    return f"{workload}-{volume}"


def _claim_spec(claim: ClaimConfig, around: Surroundings) -> Manifest:
    storage_class = claim.storage_class or around.storage_class
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": claim.size}},
    }
    return spec if storage_class is None else {**spec, "storageClassName": storage_class}


def _source(workload: str, name: str, volume: VolumeConfig) -> Manifest:
    if volume.scratch is not None:
        return {"emptyDir": {"sizeLimit": volume.scratch}}
    if volume.secret is not None:
        return {"secret": {"secretName": volume.secret}}
    if volume.config_map is not None:
        return {"configMap": {"name": volume.config_map}}
    return {"persistentVolumeClaim": {"claimName": _claim_name(workload, name)}}


def _fixed(volume: VolumeConfig) -> bool:
    return volume.read_only or volume.secret is not None or volume.config_map is not None
