"""Every pair of resources of which one must be there before the other, and what is in no graph."""

from collections.abc import Iterator
from dataclasses import dataclass

from assurance.graph.graph import Graph
from assurance.graph.intent_json import CLUSTERS
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker, Resource
from assurance.proofs.order.given import GROUPS, given
from assurance.proofs.order.judges import Judges
from assurance.proofs.order.pods import pod_wants
from assurance.proofs.order.readings import conversion, named
from assurance.proofs.order.relation import Relation, references, stack_of
from assurance.proofs.order.wants import Key, Want, key_of, mapping, want
from assurance.proofs.order.world import World

_MAKERS = {
    ("bitnami.com", "SealedSecret"): (),
    ("cert-manager.io", "Certificate"): ("secretName",),
    ("external-secrets.io", "ExternalSecret"): ("target", "name"),
}
"""Kinds that bring about a Secret, and where their spec names it; else it has their own name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One resource that must be there before another is made."""

    rule: str
    user: Resource
    shown: str
    """The user, as people name it."""
    needed: KubernetesObject
    lasting: bool = False
    """Whether it must also stay until the user is gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Absent:
    """Something that is wanted and that no resource of the graph brings."""

    rule: str
    user: KubernetesObject
    key: Key | None
    """None where the name is not known."""
    assumption: str | None
    """Who is said to bring it; None where nobody is."""


class Needs:
    """Collects both, object by object."""

    def __init__(self, graph: Graph, world: World, relation: Relation) -> None:
        self._world, self._relation = world, relation
        self._judges = Judges(world)
        self._secrets = {key: item for item in world.objects if (key := _made_by(item))}
        here = set(map(stack_of, graph.resources))
        self._elsewhere = sorted({other for _, other in references(graph) if other not in here})
        self._classes = set(_stated_classes(graph))
        self._namespaces = {item.name for item in world.of("", "Namespace")}
        self.needs: list[Need] = []
        self.absent: list[Absent] = []
        self.given = 0
        """How many things are wanted that Kubernetes brings along."""
        for item in world.objects:
            if item.is_registered:
                self._collect(item)
        for gate in world.gates:
            self.needs += [
                Need(rule="gate", user=gate, shown=f"gate {gate.name}", needed=each)
                for each in world.waited_for(gate)
            ]

    def _collect(self, item: KubernetesObject) -> None:
        seen: dict[str, Need] = {}
        for each in self._wants(item):
            for needed in self._answers(each, item):
                self._add(seen, each.rule, item, needed, lasting=each.lasting)
        for rule, needed, lasting in self._judges.of(item):
            backend = self._relation.follows(needed.resource.urn, item.resource.urn)
            if not (rule == "webhook" and backend):  # it comes before it, and cannot come after it
                self._add(seen, rule, item, needed, lasting=lasting)
        self.needs += seen.values()

    def _wants(self, item: KubernetesObject) -> Iterator[Want]:
        if item.namespace is not None:
            yield want("namespace", "", "Namespace", (None, item.namespace))
        if item.gvk.group not in GROUPS:
            yield from self._definition(item)
        yield from named(item)
        for pod in self._world.pods_of(item):
            yield from pod_wants(pod)

    def _definition(self, item: KubernetesObject) -> Iterator[Want]:
        found = self._world.definitions.get((item.gvk.group, item.gvk.kind))
        if found is not None:
            yield Want("definition", key_of(found), lasting=True)
            yield from conversion(found)
        elif not self._world.of("apiregistration.k8s.io", "APIService"):
            name = f"{self._world.plural(item)}.{item.gvk.group}"
            kind = "CustomResourceDefinition"
            yield want("definition", "apiextensions.k8s.io", kind, (None, name), lasting=True)

    def _answers(self, wanted: Want, item: KubernetesObject) -> Iterator[KubernetesObject]:
        """What brings the wanted object; what nothing brings is noted."""
        key = wanted.key
        found = self._world.by_key.get(key) or self._secrets.get(key) if key else None
        if found is not None:
            yield found
            if wanted.rule == "backend":
                yield from self._world.behind(found)
        elif key is not None and given(key):
            self.given += 1
        else:
            self.absent.append(
                Absent(rule=wanted.rule, user=item, key=key, assumption=self._assumption(key))
            )

    def _assumption(self, key: Key | None) -> str | None:
        if key is None:
            return None
        if key.kind == "StorageClass" and key.name in self._classes:
            return f"{key} is on the cluster, as its component states"
        # What is in a namespace of this graph would be of this graph as well.
        if self._elsewhere and key.namespace not in self._namespaces:
            return f"stack {' or '.join(self._elsewhere)} is deployed before, and brings {key}"
        return None

    def _add(
        self,
        seen: dict[str, Need],
        rule: str,
        item: KubernetesObject,
        needed: KubernetesObject,
        *,
        lasting: bool,
    ) -> None:
        """Once for each needed object; it must stay if any of the reasons says so."""
        urn = needed.resource.urn
        if urn == item.resource.urn or (urn in seen and (seen[urn].lasting or not lasting)):
            return
        seen[urn] = Need(
            rule=rule, user=item.resource, shown=str(item), needed=needed, lasting=lasting
        )


def _made_by(item: KubernetesObject) -> Key | None:
    """The Secret that a custom resource brings about."""
    way = _MAKERS.get((item.gvk.group, item.gvk.kind))
    if way is None:
        return None
    found: object = item.manifest.get("spec")
    for step in way:
        found = mapping(found).get(step)
    spelled = found if isinstance(found, str) else item.name
    if isinstance(spelled, Marker) or not isinstance(item.namespace, str):
        return None
    return Key("", "Secret", item.namespace, spelled)


def _stated_classes(graph: Graph) -> Iterator[str]:
    """Storage classes that a cluster's component says are there."""
    for resource in graph.resources.values():
        if resource.type.startswith(CLUSTERS):
            stated = mapping(resource.inputs.get("intent")).get("storage_class")
            if isinstance(stated, str):
                yield stated
