"""What is a team's says so: rules on the cluster go by these labels."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Origin
from assurance.graph.values import CLASS, TEAM
from assurance.proofs.findings import Finding
from assurance.proofs.governance.findings import compared


class Labels:
    """Judges a team's namespaces, and everything in them that carries a team's label."""

    def __init__(self, graph: Graph) -> None:
        self._objects: dict[str, list[tuple[KubernetesObject, Mapping[str, Any]]]] = {}
        for item in graph.objects():
            home = item.name if item.gvk.kind == "Namespace" else item.namespace
            metadata = item.manifest.get("metadata")
            labels = metadata.get("labels") if isinstance(metadata, Mapping) else None
            self._add(home, item, labels)
        for pod in graph.pods():
            self._add(pod.namespace, pod.owner, pod.labels)

    def findings(self, team: str, namespace: str) -> Iterator[Finding]:
        """One for each namespace that is in the graph."""
        inside = self._objects.get(namespace, [])
        if not any(item.gvk.kind == "Namespace" for item, _ in inside):
            return
        faults = list(dict.fromkeys(_faults(team, inside)))
        yield compared(
            "labels",
            f"team {team}",
            faults[:3],
            f"{namespace} and {len(inside) - 1} labelled parts of it say that they are {team}'s",
            witness={"differences": len(faults)},
            remedy=f"label it {TEAM}={team}, and the namespace {CLASS}=team",
            origin=next((item.resource.origin for item, _ in inside), Origin()),
        )

    def _add(self, home: Any, item: KubernetesObject, labels: Any) -> None:
        if isinstance(home, str) and isinstance(labels, Mapping):
            self._objects.setdefault(home, []).append((item, labels))


def _faults(
    team: str, inside: Iterable[tuple[KubernetesObject, Mapping[str, Any]]]
) -> Iterator[str]:
    for item, labels in inside:
        named = labels.get(TEAM)
        if named != team and (named is not None or item.gvk.kind == "Namespace"):
            yield f"{item} is labelled as {named or 'nobody'}'s"
        if item.gvk.kind == "Namespace" and labels.get(CLASS) != "team":
            yield f"{item} is of class {labels.get(CLASS)}, so that rules for teams pass it by"
