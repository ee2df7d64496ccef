"""What can be said of a manifest's kind without a cluster: misspelt, retired, without a place."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from assurance.graph.kubernetes import gvk
from assurance.graph.readers.manifests import Remark
from assurance.graph.values import Gvk
from components.manifests.schemas import VERSION, built_in, is_namespaced
from components.manifests.wording import did_you_mean


def remark(manifest: Mapping[str, Any]) -> Remark | None:
    """What is odd about an object; fatal if no cluster of the pinned version would take it."""
    kind = gvk(manifest["apiVersion"], manifest["kind"])
    if kind not in built_in():
        return _unknown(kind)
    if is_namespaced(kind) and not manifest["metadata"].get("namespace"):
        name = manifest["metadata"].get("name", "")
        return Remark(text=f"{kind.kind} {name} names no namespace: judged in default")
    return None


def _unknown(kind: Gvk) -> Remark | None:
    """Kubernetes' own groups are known in full; of others, nothing is."""
    if "." in kind.group and kind.group not in _groups():
        return None
    places = _places().get(kind.kind, ())
    if places:
        served = " or ".join(places)
        return Remark(text=f"{kind}: Kubernetes {VERSION} serves it as {served}", fatal=True)
    near = did_you_mean(kind.kind, sorted(_places()))
    return Remark(text=f"{kind} is no kind of Kubernetes {VERSION}{near}", fatal=True)


@cache
def _groups() -> frozenset[str]:
    return frozenset(kind.group for kind in built_in())


@cache
def _places() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for kind in sorted(built_in()):
        found.setdefault(kind.kind, []).append(kind.api_version)
    return {name: tuple(versions) for name, versions in found.items()}
