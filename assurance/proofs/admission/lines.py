"""What a namespace's objects are charged to its quotas, line by line: each, and how many times."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.graph.values import plural
from assurance.proofs.admission.amounts import (
    Amounts,
    UnreadableError,
    items,
    mapping,
    plain,
    text,
)
from assurance.proofs.admission.arrival import Arrival
from assurance.proofs.admission.charges import (
    brought,
    claim_charge,
    claim_class,
    claim_requests,
    counted,
    pods_at_most,
    service_charge,
)
from assurance.proofs.admission.faults import Fault
from assurance.proofs.admission.limit_ranges import refused_claim
from assurance.proofs.admission.quotas import CLASS, DEVICES, Quota, of_pods, pod_charge
from assurance.proofs.admission.world import Namespace, World

_ITSELF = "Kubernetes itself"
_PILE_UP = "finished pods count until their Job is removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Things of one sort that are charged alike."""

    what: str
    about: Callable[[Quota], bool]
    """Whether a quota is about them."""
    each: Amounts = field(default_factory=dict)
    least: int = 1
    most: int | None = 1
    """None: nothing that is known bounds it."""
    doubt: str = ""
    """Why the charge or the number is not known."""
    touches: Callable[[str], bool] | None = None
    """Which keys of a quota a charge that is not known may be about."""
    bound: bool = False
    """There may never be that many: `most` is only what they cannot exceed."""
    surge: bool = False
    """They are replaced one by one, the new one first."""
    item: KubernetesObject | None = None
    faults: tuple[Fault, ...] = ()
    """Why a claim would be refused before quota is asked."""
    arrival: Arrival | None = None


def lines(
    namespace: Namespace,
    objects: Sequence[KubernetesObject],
    arrivals: Iterable[Arrival],
    world: World,
    intent: Intent,
) -> Iterator[Line]:
    """Everything that will be charged in a namespace."""
    made = {(item.gvk.kind, item.name) for item in objects}
    reader = _Reader(namespace, world, made)
    for arrival in arrivals:
        yield from reader.pods(arrival, intent)
    for item in objects:
        yield from reader.object(item)
    for kind, name in (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")):
        if (kind, name) not in made:
            each = counted("", f"{kind.lower()}s")
            yield Line(what=_ITSELF, about=_unscoped, each=each)


def _unscoped(quota: Quota) -> bool:
    return quota.about_objects


class _Reader:
    def __init__(
        self, namespace: Namespace, world: World, made: set[tuple[str, str | Marker]]
    ) -> None:
        self._namespace, self._world = namespace, world
        self._claims = [name for kind, name in made if kind == "PersistentVolumeClaim"]
        keys = [key for quota in namespace.quotas for key in quota.hard]
        self._by_class = any(CLASS in key for key in keys)
        self._by_device = any(key.endswith(DEVICES) for key in keys)

    def object(self, item: KubernetesObject) -> Iterator[Line]:
        """One object, and what controllers make for it."""
        group, kind = item.gvk.group, item.gvk.kind
        name = self._world.plurals.get((group, kind)) or plural(kind)
        try:
            if (group, name) == ("", "persistentvolumeclaims"):
                yield self._claim(str(item), item.manifest, item)
            elif (group, name) == ("", "services"):
                each = service_charge(item.manifest)
                yield Line(what=str(item), about=_unscoped, each=each, item=item)
            elif (group, name) != ("", "pods"):
                doubt = self._devices(group, name)
                each = counted(group, name)
                yield Line(what=str(item), about=_unscoped, each=each, item=item, doubt=doubt)
            for each, least, most in brought(item):
                what, doubt = f"what {item} brings about", "" if most else "nothing bounds it"
                yield Line(
                    what=what, about=_unscoped, each=each, least=least, most=most, doubt=doubt
                )
        except UnreadableError as error:
            yield _unknown(str(item), str(error), item)

    def _doubt(self, arrival: Arrival) -> str:
        """What is not known of pods, as far as it changes what they are charged."""
        scopes = {scope.name for quota in self._namespace.quotas for scope in quota.scopes}
        matters = {"not-evaluated", "runtime-class"}
        matters |= {"priority-class"} if "PriorityClass" in scopes else set()
        return next((each.message for each in arrival.doubts if each.rule in matters), "")

    def _devices(self, group: str, name: str) -> str:
        claims = (group, name) == ("resource.k8s.io", "resourceclaims")
        return "what devices it claims is not counted here" if claims and self._by_device else ""

    def _claim(
        self,
        what: str,
        manifest: Mapping[str, Any],
        item: KubernetesObject,
        numbers: tuple[int, int | None] = (1, 1),
    ) -> Line:
        spec = mapping(manifest.get("spec"), "spec")
        named, doubt = claim_class(manifest, ""), ""
        if named is None:
            known = self._world.storage_classes
            named = known[0] if len(known) == 1 else ""
            if self._by_class and len(known) != 1:
                doubt = "it names no storage class, and which is the default one is not known"
        attributes = text(spec.get("volumeAttributesClassName"), "spec.volumeAttributesClassName")
        return Line(
            what=what,
            about=lambda quota: quota.about_claim(attributes),
            each=claim_charge(spec, named, "spec"),
            least=numbers[0],
            most=numbers[1],
            doubt=doubt,
            item=item,
            faults=tuple(refused_claim(claim_requests(spec, "spec"), self._namespace.ranges)),
        )

    def pods(self, arrival: Arrival, intent: Intent) -> Iterator[Line]:
        """The pods of one template, and the claims that come with each."""
        owner, what, pod = arrival.template.owner, str(arrival.template), arrival.pod
        least, most, doubt = _numbers(arrival, intent)
        doubt = self._doubt(arrival) or doubt
        if pod is None:
            yield Line(what=what, about=_anything, doubt=doubt, item=owner, touches=of_pods)
            return
        try:
            each, mine = pod_charge(pod), lambda quota: quota.about_pod(pod)
            if owner.gvk.kind in _JOBS:
                kept = {"count/pods": each.pop("count/pods")}
                yield self._ended(arrival, kept, (least, doubt))
            yield Line(
                what=what,
                about=mine,
                each=each,
                least=least,
                most=most,
                doubt=doubt,
                bound=arrival.template.replicas.every_node,
                surge=_needs_surge(owner, max(least, 1)),
                item=owner,
                arrival=arrival,
            )
            for template, name in _claim_templates(arrival):
                there = sum(
                    str(claim).startswith(f"{name}-{owner.name}-") for claim in self._claims
                )
                new = max(least - there, 0), None if most is None else max(most - there, 0)
                yield self._claim(f"claim {name} of {what}", template, owner, new)
        except UnreadableError as error:
            yield _unknown(what, str(error), owner)

    def _ended(self, arrival: Arrival, kept: Amounts, known: tuple[int, str]) -> Line:
        """The pods of a Job, which are there until it goes; there may be fewer."""
        (least, doubt), most = known, pods_at_most(arrival.template.owner)
        return Line(
            what=f"pods of {arrival.template}, finished ones too",
            about=lambda quota: arrival.pod is not None and quota.about_pod(arrival.pod),
            each=kept,
            least=least,
            most=most,
            doubt=doubt or ("" if most else _PILE_UP),
            bound=True,
        )


_JOBS = ("CronJob", "Job", "JobSet")
"""They come to an end with fewer pods at a time, too."""


def _anything(_: object) -> bool:
    return True


def _unknown(what: str, doubt: str, item: KubernetesObject) -> Line:
    """What might be charged anything."""
    return Line(what=what, about=_anything, doubt=doubt, item=item, touches=_anything)


def _numbers(arrival: Arrival, intent: Intent) -> tuple[int, int | None, str]:
    """How few and how many pods, and what is not known about it."""
    replicas, owner = arrival.template.replicas, arrival.template.owner
    if replicas.every_node:
        if not intent.pools:
            return 0, None, "how many nodes there are is not stated"
        return 0, sum(pool.max for pool in intent.pools), ""
    if replicas.max is None:
        return replicas.min, None, f"nothing bounds how many pods {owner} has at a time"
    least = min(replicas.min, 1) if owner.gvk.kind in _JOBS else replicas.min
    return least, replicas.max, ""


def _needs_surge(owner: KubernetesObject, replicas: int) -> bool:
    """Whether a rollout of a Deployment waits for one pod more than there are."""
    if (owner.gvk.group, owner.gvk.kind) != ("apps", "Deployment"):
        return False
    spec = mapping(owner.manifest.get("spec"), "spec")
    strategy = mapping(spec.get("strategy"), "spec.strategy")
    if plain(strategy.get("type"), "spec.strategy.type") == "Recreate":
        return False
    place = "spec.strategy.rollingUpdate"
    rolling = mapping(strategy.get("rollingUpdate"), place)
    surge = _share(rolling.get("maxSurge"), replicas, ROUND_CEILING, f"{place}.maxSurge")
    away = _share(rolling.get("maxUnavailable"), replicas, ROUND_FLOOR, f"{place}.maxUnavailable")
    return surge > 0 and away == 0


def _share(stated: Any, replicas: int, rounding: str, place: str) -> int:
    """A number of pods, stated as such or as a percentage; a quarter where nothing is."""
    found = plain(stated, place)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return int(found)
    words = "25%" if found is None else str(found)
    try:
        share = Decimal(words.removesuffix("%")) * replicas / 100
    except ArithmeticError:
        raise UnreadableError(place, "is no number and no percentage") from None
    return int(share.to_integral_value(rounding=rounding))


def _claim_templates(arrival: Arrival) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Claims that come into being with each pod."""
    template = arrival.template
    if template.owner.gvk.kind == "StatefulSet":
        spec = mapping(template.owner.manifest.get("spec"), "spec")
        for claim in items(spec.get("volumeClaimTemplates"), "spec.volumeClaimTemplates"):
            metadata = mapping(claim.get("metadata"), "spec.volumeClaimTemplates.metadata")
            yield claim, str(metadata.get("name"))
    for volume in items(template.spec.get("volumes"), "volumes"):
        ephemeral = mapping(volume.get("ephemeral"), "volumes.ephemeral")
        if ephemeral:
            place = "volumes.ephemeral.volumeClaimTemplate"
            claim = mapping(ephemeral.get("volumeClaimTemplate"), place)
            yield claim, str(volume.get("name"))
