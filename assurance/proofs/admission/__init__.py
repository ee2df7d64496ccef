"""Every pod is let in, as its namespace's defaults and limits will have made it.

The built-in admission of Kubernetes 1.35, offline: API defaults, LimitRanger, ServiceAccount,
Priority, RuntimeClass, validation, Pod Security, ResourceQuota. What a controller's pods run into
is nowhere to be seen on a cluster but in events; here it is a finding.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.values import DEFAULT_NAMESPACE
from assurance.proofs.admission.amounts import listed, written
from assurance.proofs.admission.arrival import Arrival, added, arrive
from assurance.proofs.admission.faults import PROOF, Doubt, Fault
from assurance.proofs.admission.findings import finding, proved
from assurance.proofs.admission.lines import Line, lines
from assurance.proofs.admission.namespaces import undescribed, unsound
from assurance.proofs.admission.pods import charged_limits, charged_requests
from assurance.proofs.admission.security import judged, verdicts
from assurance.proofs.admission.totals import decided
from assurance.proofs.admission.world import Namespace, World, world_of
from assurance.proofs.findings import Finding, Result, assuming, result
from assurance.proofs.owned import unowned

NOTHING_ELSE = (
    "nothing else on the cluster takes from the quotas, or changes or refuses objects: other "
    "people, webhooks, policies"
)


def admission(graph: Graph, intent: Intent) -> Result:
    """What is refused and why, what is not known, and what every pod will look like."""
    world = world_of(graph)
    objects, templates = unowned(graph)
    arrivals = [arrive(template, world) for template in templates]
    charges = verdicts_given = 0
    found: list[Finding] = []
    places = _by_namespace(objects, arrivals, world)
    strange = {
        place.namespace.name: len(place.arrivals)
        for place in places
        if place.arrivals and not (place.namespace.described or world.complete)
    }
    found += [undescribed(strange)] if strange else []
    for place in places:
        unclear = list(unsound(place.namespace, world, pods=len(place.arrivals)))
        charged = list(lines(place.namespace, place.objects, place.arrivals, world, intent))
        charges += len(charged)
        beyond = list(_charged(place.namespace, charged))
        found += [*unclear, *beyond]
        refused = {each.subject for each in beyond}
        for arrival in place.arrivals:
            said = verdicts(arrival, world)
            verdicts_given += len(said)
            clear = place.namespace.name not in strange and not unclear
            sound = clear and str(arrival.template) not in refused
            found += _arrived(arrival, [*judged(arrival, said, world)], sound=sound)
    population = {
        "objects": len(objects),
        "pods": len(arrivals),
        "namespaces": len(places),
        "limit ranges": sum(len(each.namespace.ranges) for each in places),
        "quotas": sum(len(each.namespace.quotas) for each in places),
        "charges": charges,
        "verdicts on arriving pods": verdicts_given,
    }
    return assuming(result(PROOF, found, population, about="objects"), NOTHING_ELSE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """A namespace with what the graph puts there."""

    namespace: Namespace
    objects: list[KubernetesObject] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)


def _by_namespace(
    objects: Iterable[KubernetesObject], arrivals: Iterable[Arrival], world: World
) -> list[_Place]:
    """Objects of the whole cluster are in none; an unknown namespace is one of its own."""
    places = {name: _Place(namespace=each) for name, each in world.namespaces.items()}
    for item in objects:
        name = item.namespace or (DEFAULT_NAMESPACE if item.gvk.kind in _NAMESPACED else None)
        if isinstance(name, str):
            places.setdefault(name, _Place(namespace=world.namespace(name))).objects.append(item)
    for arrival in arrivals:
        name = arrival.namespace.name
        places.setdefault(name, _Place(namespace=arrival.namespace)).arrivals.append(arrival)
    return [places[name] for name in sorted(places)]


def _charged(namespace: Namespace, charged: list[Line]) -> Iterator[Finding]:
    """What claims run into, and what does not go into the quotas."""
    for line in charged:
        if line.item is not None:
            yield from (finding(line.item, fault, subject=line.what) for fault in line.faults)
    for quota in namespace.quotas:
        yield from decided(quota, charged)


def _arrived(arrival: Arrival, security: list[Fault | Doubt], *, sound: bool) -> Iterator[Finding]:
    """All that is said of the pods of one template, each rule's in one finding."""
    owner, subject = arrival.template.owner, str(arrival.template)
    told = [*arrival.faults, *arrival.doubts, *security]
    by_rule: dict[tuple[type, str], list[Fault | Doubt]] = {}
    for each in told:
        by_rule.setdefault((type(each), each.rule), []).append(each)
    for several in by_rule.values():
        words = "; ".join(dict.fromkeys(each.message for each in several))
        yield finding(owner, replace(several[0], message=words), subject=subject)
    if not told and sound and arrival.pod is not None:
        requests, limits = charged_requests(arrival.pod), charged_limits(arrival.pod)
        given = list(added(arrival))
        message = f"each is let in by itself, requesting {listed(requests) or 'nothing'}, "
        message += f"limited to {listed(limits) or 'nothing'}"
        message += f"; by default: {', '.join(given)}" if given else ""
        witness = {"requests": written(requests), "limits": written(limits), "defaults": given}
        yield proved(owner, "pod", subject, message, witness=witness)


_NAMESPACED = frozenset(
    (
        "ConfigMap",
        "CronJob",
        "DaemonSet",
        "Deployment",
        "HorizontalPodAutoscaler",
        "Ingress",
        "Job",
        "LimitRange",
        "NetworkPolicy",
        "PersistentVolumeClaim",
        "Pod",
        "PodDisruptionBudget",
        "ReplicaSet",
        "ReplicationController",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "Secret",
        "Service",
        "ServiceAccount",
        "StatefulSet",
    )
)
"""Where no namespace is named, these go to `default`, and other kinds belong to the cluster."""
