"""The graph: everything that a program registered, or a cluster holds, for one stack or several."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from assurance.graph.codec import encode
from assurance.graph.decoding import decode
from assurance.graph.kubernetes import KubernetesObject, object_of
from assurance.graph.operators import with_made
from assurance.graph.pods import PodTemplate, pod_templates
from assurance.graph.resource import Resource

Mode = Literal["cold", "warm", "live", "manifests"]
"""With every output unknown, with outputs synthesised, read from a cluster, read from files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """Resources by URN, in the URNs' order."""

    resources: Mapping[str, Resource]
    stack: str
    """One name, or several joined by `+`."""
    mode: Mode
    _seen: "_Seen" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort, so that nothing that is derived from a graph depends on who came first."""
        ordered = dict(sorted(self.resources.items()))
        object.__setattr__(self, "resources", MappingProxyType(ordered))
        object.__setattr__(self, "_seen", _Seen(ordered))

    def __reduce__(self) -> tuple[Any, ...]:
        """Read-only views do not pickle; what they show does."""
        return _rebuild, (dict(self.resources), self.stack, self.mode)

    def objects(self) -> Iterator[KubernetesObject]:
        """Every Kubernetes object, and those that operators make of some."""
        return iter(self._seen.objects)

    def pods(self) -> Iterator[PodTemplate]:
        """Every pod template, of every kind that starts pods."""
        return iter(self._seen.pods)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Resources of some types."""
        return (resource for resource in self.resources.values() if resource.type in types)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: sorted, without the value of any secret."""
        resources = [encode(resource, sparse=True) for resource in self.resources.values()]
        return {"mode": self.mode, "resources": resources, "stack": self.stack}

    @staticmethod
    def from_json(value: Any) -> "Graph":
        """The graph that `to_json` wrote; secrets come back empty."""
        written = decode(_Written, value, "graph")
        return graph_of(written.resources, stack=written.stack, mode=written.mode)


class _Seen:
    """What a graph's resources stand for, worked out once, when somebody first asks."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources

    @cached_property
    def objects(self) -> tuple[KubernetesObject, ...]:
        found = map(object_of, self._resources.values())
        return tuple(with_made(item for item in found if item is not None))

    @cached_property
    def pods(self) -> tuple[PodTemplate, ...]:
        return tuple(pod_templates(self.objects))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """A graph, as its JSON spells it."""

    resources: tuple[Resource, ...]
    stack: str
    mode: Mode


def graph_of(resources: Iterable[Resource], *, stack: str, mode: Mode) -> Graph:
    """A graph of resources; two of one URN are an error."""
    found: dict[str, Resource] = {}
    for resource in resources:
        if resource.urn in found:
            message = f"two resources have the URN {resource.urn}"
            raise ValueError(message)
        found[resource.urn] = resource
    return Graph(resources=found, stack=stack, mode=mode)


def merged(graphs: Iterable[Graph]) -> Graph:
    """Several stacks read in the same way, as one graph."""
    given = list(graphs)
    modes = {graph.mode for graph in given}
    if len(modes) != 1:
        message = f"graphs of different modes do not merge: {', '.join(sorted(modes)) or 'none'}"
        raise ValueError(message)
    resources = (resource for graph in given for resource in graph.resources.values())
    name = "+".join(sorted({graph.stack for graph in given}))
    return graph_of(resources, stack=name, mode=given[0].mode)


def _rebuild(resources: Mapping[str, Resource], stack: str, mode: Mode) -> Graph:
    return Graph(resources=resources, stack=stack, mode=mode)
