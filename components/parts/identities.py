"""A chart's ServiceAccounts that are somebody in the cloud: what is written on them. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from components.manifests import Manifest
from providers.contract import Identity

_WITH_PODS = frozenset({"DaemonSet", "Deployment", "StatefulSet"})


def embodied(objects: Iterable[Manifest], known: Mapping[str, Identity]) -> tuple[Manifest, ...]:
    """The same objects; accounts carry their identity's annotations, and their pods its labels."""
    return tuple(_embodied(each, known) for each in objects)


def _embodied(manifest: Manifest, known: Mapping[str, Identity]) -> Manifest:
    metadata = manifest["metadata"]
    namespace = metadata.get("namespace")
    if manifest["kind"] == "ServiceAccount":
        identity = known.get(f"{namespace}/{metadata['name']}")
        return (
            manifest if identity is None else _with(manifest, "annotations", identity.annotations)
        )
    if manifest["kind"] not in _WITH_PODS:
        return manifest
    spec = manifest["spec"]
    identity = known.get(f"{namespace}/{spec['template']['spec'].get('serviceAccountName')}")
    if identity is None:
        return manifest
    template = _with(spec["template"], "labels", identity.pod_labels)
    return {**manifest, "spec": {**spec, "template": template}}


def _with(manifest: Manifest, key: str, more: Mapping[str, Any]) -> Manifest:
    if not more:
        return manifest
    metadata = manifest.get("metadata") or {}
    return {**manifest, "metadata": {**metadata, key: {**(metadata.get(key) or {}), **more}}}
