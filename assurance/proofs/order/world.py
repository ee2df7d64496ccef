"""The graph's objects, arranged by the questions that order asks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pods import PodTemplate, pod_templates
from assurance.graph.resource import Resource
from assurance.graph.values import plural
from assurance.proofs.network.selectors import NAME, Selector, SpecError, selector
from assurance.proofs.order.wants import Key, key_of, mapping

Kind = tuple[str, str]
"""Group and kind."""
GATE = "pulumi:index:Stash"
"""A readiness gate's type: `input` names the workloads that it waits for."""


class World:
    """Reads are look-ups, so that a graph of ten thousand objects takes ten times a thousand's."""

    def __init__(self, graph: Graph) -> None:
        self.objects = tuple(graph.objects())
        self.by_key: dict[Key, KubernetesObject] = {}
        self.definitions: dict[Kind, KubernetesObject] = {}
        self.plurals: dict[Kind, str] = {}
        self._by_place: defaultdict[tuple[str, str, str], list[KubernetesObject]]
        self._by_place = defaultdict(list)
        for item in self.objects:
            key = key_of(item)
            self.by_key[key] = item
            self._by_place[key[:3]].append(item)
            if key.kind == "CustomResourceDefinition":
                self._define(item)
        self.pods: defaultdict[str, list[PodTemplate]] = defaultdict(list)
        self._pods_of: defaultdict[str, list[PodTemplate]] = defaultdict(list)
        for pod in pod_templates(self.objects):
            self.pods[str(pod.namespace or "")].append(pod)
            self._pods_of[pod.owner.resource.urn].append(pod)
        self.gates = tuple(graph.of_type(GATE))

    def of(self, group: str, kind: str, namespace: str = "") -> list[KubernetesObject]:
        """All objects of a kind in one place."""
        return self._by_place.get((group, kind, namespace), [])

    def pods_of(self, item: KubernetesObject) -> list[PodTemplate]:
        """The pod templates that an object carries."""
        return self._pods_of.get(item.resource.urn, [])

    def plural(self, item: KubernetesObject) -> str:
        """What the API calls objects of this kind: `networkpolicies`."""
        kind = (item.gvk.group, item.gvk.kind)
        return self.plurals.get(kind) or plural(item.gvk.kind)

    def namespace_labels(self, name: str) -> Mapping[str, Any]:
        """A namespace's labels, with the one that the API server sets."""
        item = self.by_key.get(Key("", "Namespace", "", name))
        return {**(labels_of(item.manifest) if item else {}), NAME: name}

    def behind(self, service: KubernetesObject) -> Iterator[KubernetesObject]:
        """Whatever makes the pods that a Service leads to."""
        wanted = mapping(mapping(service.manifest.get("spec")).get("selector"))
        for pod in self.pods[str(service.namespace or "")] if wanted else ():
            if all(pod.labels.get(name) == value for name, value in wanted.items()):
                yield pod.owner

    def waited_for(self, gate: Resource) -> Iterator[KubernetesObject]:
        """The workloads of a gate."""
        for text in mapping(gate.inputs.get("input")):
            kind, _, place = str(text).partition(" ")
            namespace, _, name = place.partition("/")
            group = "batch" if kind == "Job" else "apps"
            item = self.by_key.get(Key(group, kind, namespace, name))
            if item is not None:
                yield item

    def _define(self, item: KubernetesObject) -> None:
        spec = mapping(item.manifest.get("spec"))
        names = mapping(spec.get("names"))
        kind = (str(spec.get("group")), str(names.get("kind")))
        self.definitions[kind] = item
        self.plurals[kind] = str(names.get("plural"))


def labels_of(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object's labels."""
    return mapping(mapping(manifest.get("metadata")).get("labels"))


def may_match(given: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a selector matches; one that cannot be read might."""
    try:
        read: Selector = selector(given)
    except SpecError:
        return True
    return read.matches(labels)
