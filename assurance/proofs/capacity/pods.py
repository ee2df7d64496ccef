"""The pods of one template, with everything that decides where they fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Origin
from assurance.proofs.admission.arrival import Arrival
from assurance.proofs.capacity.apart import Apart, apart, required
from assurance.proofs.capacity.appetite import Appetite, appetite
from assurance.proofs.capacity.counts import Count, count
from assurance.proofs.capacity.reading import known, mapping, mappings, text

_DECIDES = (
    *("affinity", "hostNetwork", "nodeName", "nodeSelector", "schedulerName", "tolerations"),
    "topologySpreadConstraints",
)
"""Of a pod's spec, beside its containers."""

Labels = Mapping[str, Mapping[str, str]]
"""Of every namespace."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pods:
    """All pods of one template; nothing tells them apart."""

    template: PodTemplate
    namespace: str
    appetite: Appetite
    count: Count
    apart: Apart
    keeps_volume: bool
    """Each comes back to the zone where its volume is."""
    left_out: tuple[str, ...]
    """What restricts where they run and is not part of the model."""

    @property
    def name(self) -> str:
        """As findings name it."""
        return named(self.template)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The pod's spec."""
        return self.template.spec

    @property
    def origin(self) -> Origin:
        """Where it was asked for."""
        return self.template.owner.resource.origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Blur:
    """Something that could not be read, and why."""

    subject: str
    namespace: str | None
    """None: it may be in any."""
    reason: str
    origin: Origin
    about_pods: bool = False
    """Without it, nobody knows how large all pods are, or how many."""


def named(template: PodTemplate) -> str:
    """Namespace, kind and name, and the place in it where that tells templates apart."""
    owner = template.owner
    name = f"{owner.namespace or 'default'}/{owner.gvk.kind} {owner.name}"
    place = ".".join(map(str, template.path))
    return name if place in {"", "spec.template"} else f"{name} ({place})"


def pods_of(arrival: Arrival, namespaces: Labels) -> Pods:
    """Read a template; everything that decides where its pods run must be known."""
    template, namespace = arrival.template, arrival.namespace.name
    takes = appetite(arrival)
    for key in _DECIDES:
        known(template.spec.get(key), f"spec.{key}")
    return Pods(
        template=template,
        namespace=namespace,
        appetite=takes,
        count=count(template),
        apart=apart(namespace, template.labels, template.spec, namespaces),
        keeps_volume=any(_keeps_volume(template)),
        left_out=tuple(_left_out(template.spec)),
    )


def claim_templates(template: PodTemplate) -> Sequence[Mapping[str, Any]]:
    """Claims that each pod of a StatefulSet gets for itself."""
    spec = mapping(template.owner.manifest.get("spec"), "spec")
    where = "spec.volumeClaimTemplates"
    return mappings(spec.get("volumeClaimTemplates"), where) if template.path else ()


def _keeps_volume(template: PodTemplate) -> Iterator[bool]:
    yield bool(claim_templates(template))
    for volume in mappings(template.spec.get("volumes"), "spec.volumes"):
        yield "persistentVolumeClaim" in volume


def _left_out(spec: Mapping[str, Any]) -> Iterator[str]:
    """Constraints that the model has no place for."""
    if required(spec, "podAffinity"):
        yield "required pod affinity"
    for term in required(spec, "podAntiAffinity"):
        if term.get("matchLabelKeys") or term.get("mismatchLabelKeys"):
            yield "anti-affinity by matchLabelKeys"
    where = "spec.topologySpreadConstraints"
    for spread in mappings(spec.get("topologySpreadConstraints"), where):
        if spread.get("whenUnsatisfiable", "DoNotSchedule") != "ScheduleAnyway":
            yield f"required spread over {text(spread.get('topologyKey'), where)}"
    if spec.get("schedulerName", "default-scheduler") != "default-scheduler":
        yield f"scheduler {spec['schedulerName']}"
    for key in ("nodeName", "schedulingGates", "resourceClaims", "runtimeClassName"):
        if spec.get(key):
            yield key
