"""Which of a call's objects may be registered: all of them, or none and every reason why not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pulumi

from assurance.graph.values import Gvk, dotted
from components.manifests.custom import CustomKind
from components.manifests.faults import Fault, InvalidManifest
from components.manifests.keys import Manifest, ObjectKey, gvk_of, key_of, logical_name
from components.manifests.ledger import Ledger
from components.manifests.order import CycleError, dependencies, namespace_of, ordered
from components.manifests.provenance import Provenance
from components.manifests.secrecy import veiled
from components.manifests.validation import faults


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A call's objects, checked and stamped, in the order of registration."""

    objects: Mapping[ObjectKey, Manifest]
    dependencies: Mapping[ObjectKey, tuple[ObjectKey, ...]]
    """Of each object: what comes before it, in this call or an earlier one."""

    def roots(self) -> frozenset[ObjectKey]:
        """Objects that follow nothing of this call."""
        return frozenset(
            key
            for key, others in self.dependencies.items()
            if not any(other in self.objects for other in others)
        )

    def last(self) -> tuple[ObjectKey, ...]:
        """Objects that nothing of this call follows."""
        used = {other for others in self.dependencies.values() for other in others}
        return tuple(key for key in self.objects if key not in used)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """What one call's objects are held against."""

    component: pulumi.ComponentResource
    ledger: Ledger
    provenance: Provenance
    custom: Mapping[Gvk, CustomKind]

    def accept(self, objects: Iterable[Manifest]) -> Accepted:
        """Check, stamp and order; nothing is registered if anything is wrong."""
        stamped: dict[ObjectKey, Manifest] = {}
        names: dict[str, ObjectKey] = {}
        found: list[Fault] = []
        for number, manifest in enumerate(objects, start=1):
            wrong = faults(manifest, self.custom) or [*self.provenance.faults(manifest)]
            if wrong:
                label = _label(manifest, number)
                found += [self._fault(manifest, label, dotted(at), text) for at, text in wrong]
                continue
            key = key_of(manifest)
            clashes = self._clashes(key, manifest, stamped, names)
            found += [self._fault(manifest, str(key), "", text) for text in clashes]
            stamped[key] = self.provenance.stamped(manifest)
        if found:
            raise InvalidManifest(found)
        return self._in_order(stamped)

    def _in_order(self, objects: Mapping[ObjectKey, Manifest]) -> Accepted:
        index = self.ledger.index
        for key, manifest in objects.items():
            index.add(key, manifest)
        edges = {
            key: dependencies(key, veiled(manifest), index) for key, manifest in objects.items()
        }
        try:
            keys = ordered(edges)
        except CycleError as error:
            first = objects[error.cycle[0]]
            message = f"waits for itself: {error}"
            raise InvalidManifest([self._fault(first, str(error.cycle[0]), "", message)]) from None
        for key in keys:
            self._note_missing(key, objects[key])
        return Accepted(
            objects={key: objects[key] for key in keys},
            dependencies={key: edges[key] for key in keys},
        )

    def _clashes(
        self,
        key: ObjectKey,
        manifest: Manifest,
        stamped: Mapping[ObjectKey, Manifest],
        names: dict[str, ObjectKey],
    ) -> Iterator[str]:
        """Why an object cannot stand beside those that are there already."""
        if key in stamped:
            yield "given twice"
            return
        other = self.ledger.resources.get(key)
        if other is not None:
            yield f"already registered as {other.pulumi_resource_name}"
        token = gvk_of(manifest).token
        name = logical_name(self.component.pulumi_resource_name, key)
        place = id(self.component), token, name
        twin = names.get(f"{token} {name}") or self.ledger.named.get(place)
        if twin is not None and twin != key:
            yield f"would be the same Pulumi resource as {twin}, {name}; use two components"
        names[f"{token} {name}"] = key
        user = self.ledger.missed.get(_provides(key, manifest))
        if user is not None:
            yield f"comes too late for {user}, which needs it; register it first"

    def _note_missing(self, key: ObjectKey, manifest: Manifest) -> None:
        """Remember what had to be there first, in case a later call brings it."""
        ledger = self.ledger
        namespace = namespace_of(key)
        if namespace is not None and namespace not in ledger.index.keys:
            ledger.missed.setdefault(namespace, key)
        if gvk_of(manifest) in self.custom and (key.group, key.kind) not in ledger.index.crds:
            ledger.missed.setdefault(_kind(key.group, key.kind), key)

    def _fault(self, manifest: Manifest, label: str, path: str, message: str) -> Fault:
        return Fault(
            component=self.component.pulumi_resource_name,
            origin=self.provenance.origin_of(manifest),
            object=label,
            path=path,
            message=message,
        )


def _provides(key: ObjectKey, manifest: Manifest) -> ObjectKey:
    """What others may have been waiting for: an object itself, or the kind that a CRD defines."""
    if key.kind != "CustomResourceDefinition":
        return key
    spec = manifest["spec"]
    return _kind(spec["group"], spec["names"]["kind"])


def _kind(group: str, kind: str) -> ObjectKey:
    return ObjectKey(group=group, kind=kind, name="")


def _label(manifest: Manifest, number: int) -> str:
    """What to call an object that may lack anything."""
    if not isinstance(manifest, dict):
        return f"object number {number}"
    kind, metadata = manifest.get("kind"), manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not (isinstance(kind, str) and isinstance(name, str)):
        return f"{kind if isinstance(kind, str) else 'object'} number {number}"
    namespace = metadata.get("namespace") if isinstance(metadata, dict) else None
    place = namespace if isinstance(namespace, str) else None
    return str(ObjectKey(kind=kind, namespace=place, name=name))
