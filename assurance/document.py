"""The one JSON document that every command writes, and what a graph amounts to in numbers."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent_json import TEAM, intent_from_graph, intent_to_json
from assurance.graph.resource import Marker, Resource, Secret


def document(graph: Graph, *, today: date) -> dict[str, Any]:
    """A graph and the intent in it, before any proof has run."""
    return {
        "graph": graph.to_json(),
        "intent": intent_to_json(intent_from_graph(graph)),
        "results": {},
        "summary": summary(graph, today=today),
    }


def runs(documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several documents as one; a single one stays what it is."""
    given = list(documents)
    return dict(given[0]) if len(given) == 1 else {"runs": given}


def dumps(value: Mapping[str, Any]) -> str:
    """The document's text: the same bytes for the same content."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def summary(graph: Graph, *, today: date) -> dict[str, Any]:
    """How much of what there is, and how much of it is known."""
    kinds = Counter(item.gvk.token for item in graph.objects())
    markers: Counter[str] = Counter()
    for resource in graph.resources.values():
        _count_markers(resource.inputs, markers)
    return {
        "proved": 0,
        "refuted": 0,
        "unknown": 0,
        "today": today.isoformat(),
        "resources": len(graph.resources),
        "objects": sum(kinds.values()),
        "kinds": dict(sorted(kinds.items())),
        "components": dict(sorted(_by_component(graph).items())),
        "teams": sorted(resource.name for resource in graph.of_type(TEAM)),
        "pod_templates": sum(1 for _ in graph.pods()),
        "values_unknown": markers["unknown"],
        "values_secret": markers["secret"],
    }


def _by_component(graph: Graph) -> Counter[str]:
    """Custom resources by the type of the nearest component above them."""
    return Counter(_component(graph, r) for r in graph.resources.values() if r.custom)


def _component(graph: Graph, resource: Resource) -> str:
    parent = graph.resources.get(resource.parent or "")
    while parent is not None and parent.custom:
        parent = graph.resources.get(parent.parent or "")
    return parent.type if parent is not None else "none"


def _count_markers(value: Any, found: Counter[str]) -> None:
    if isinstance(value, str):  # most are
        return
    if isinstance(value, Mapping):
        for item in value.values():
            _count_markers(item, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _count_markers(item, found)
    elif isinstance(value, Marker):
        found["unknown"] += 1
        found["secret"] += value is Marker.SECRET_UNKNOWN
    elif isinstance(value, Secret):
        found["secret"] += 1
