"""PersistentVolumeClaims, and which PersistentVolumes they get."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Origin
from assurance.proofs.isolation.roles import items, text
from assurance.proofs.network.selectors import SpecError, selector


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A PersistentVolumeClaim, or the template of some."""

    namespace: str
    name: str
    spec: Mapping[str, Any]
    origin: Origin

    def __str__(self) -> str:
        """As kubectl would call it."""
        return f"PersistentVolumeClaim {self.namespace}/{self.name}"

    @property
    def copies(self) -> str:
        """The other namespace that it takes its data from, if it does."""
        source = self.spec.get("dataSourceRef")
        if source is None:
            return ""
        if not isinstance(source, Mapping) or not isinstance(source.get("namespace", ""), str):
            message = "dataSourceRef is not known"
            raise SpecError(message)
        where = str(source.get("namespace") or "")
        return "" if where == self.namespace else where


def claims_of(item: KubernetesObject | PodTemplate) -> Iterator[Claim]:
    """The claim that an object is, or the templates that it makes claims from."""
    owner = item.owner if isinstance(item, PodTemplate) else item
    for name, spec in _specs(item):
        if not isinstance(spec, Mapping):
            message = f"the spec of {name} is not known"
            raise SpecError(message)
        yield Claim(
            namespace=str(owner.namespace or "default"),
            name=name,
            spec=spec,
            origin=owner.resource.origin,
        )


def _specs(item: KubernetesObject | PodTemplate) -> Iterator[tuple[str, Any]]:
    """Names and specs of claims, wherever they stand."""
    if isinstance(item, PodTemplate):
        for volume in items(item.spec, "volumes"):
            made = volume.get("ephemeral") if isinstance(volume, Mapping) else None
            if made is not None:
                name = f"template of volume {volume.get('name')} of {item}"
                yield name, _spec(_spec(made, "volumeClaimTemplate"))
    elif item.gvk.kind == "PersistentVolumeClaim":
        yield str(item.name), item.manifest.get("spec")
    elif item.gvk.kind == "StatefulSet":
        spec = item.manifest.get("spec")
        for template in items(spec, "volumeClaimTemplates") if isinstance(spec, Mapping) else ():
            yield f"template of {item}", _spec(template)


def _spec(value: Any, key: str = "spec") -> Any:
    return value.get(key) if isinstance(value, Mapping) else value


def claimants(volume: KubernetesObject, claims: Iterable[Claim]) -> list[str]:
    """Namespaces whose claims get a PersistentVolume, or may if there are several."""
    spec = volume.manifest.get("spec")
    reserved = spec.get("claimRef") if isinstance(spec, Mapping) else None
    if reserved is not None:
        return [text(reserved, "namespace")]
    listed = list(claims)
    named = {c.namespace for c in listed if c.spec.get("volumeName") == volume.name}
    return sorted(named or {c.namespace for c in listed if _fits(c, volume)})


def _fits(claim: Claim, volume: KubernetesObject) -> bool:
    """Whether the controller may bind them: class and labels; a claim without class may get one."""
    spec = volume.manifest.get("spec") or {}
    wanted, offered = claim.spec.get("storageClassName"), spec.get("storageClassName") or ""
    if claim.spec.get("volumeName") or wanted not in {None, offered}:
        return False
    labels = (volume.manifest.get("metadata") or {}).get("labels") or {}
    return selector(claim.spec.get("selector")).matches(labels)
