"""When the engine removes a resource: itself, along with another, or never.

What is `deleted_with` another is not deleted by itself but goes when that one does; what is
retained stays, unless its namespace goes. Both are inherited from the parent.
"""

from functools import cache

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject, object_of
from assurance.graph.resource import Resource
from assurance.proofs.order.wants import Key
from assurance.proofs.order.world import World


class Removal:
    """Answers with whom a resource goes when everything goes."""

    def __init__(self, graph: Graph, world: World) -> None:
        self._resources = graph.resources
        self._world = world
        self.going = cache(self._going)

    def _going(self, urn: str) -> str | None:
        """The resource whose deletion removes this one: mostly itself; None if nothing does."""
        seen = set[str]()
        while urn not in seen:
            seen.add(urn)
            resource = self._resources.get(urn)
            if resource is None:
                return urn
            if self._retained(resource):
                item = object_of(resource)
                following = None if item is None else self.home(item)
                if following is None:
                    return None
            else:
                following = self._deleted_with(resource) or urn
            if following == urn:
                return urn
            urn = following
        return None

    def _retained(self, resource: Resource) -> bool:
        return any(each.options.retain_on_delete for each in self._lineage(resource))

    def _deleted_with(self, resource: Resource) -> str | None:
        stated = (each.options.deleted_with for each in self._lineage(resource))
        return next((urn for urn in stated if urn is not None), None)

    def home(self, item: KubernetesObject) -> str | None:
        """The namespace that takes along whatever is still in it."""
        if not isinstance(item.namespace, str):
            return None
        found = self._world.by_key.get(Key("", "Namespace", "", item.namespace))
        return None if found is None else found.resource.urn

    def _lineage(self, resource: Resource) -> list[Resource]:
        found = [resource]
        while (parent := self._resources.get(found[-1].parent or "")) is not None:
            found.append(parent)
            if len(found) > len(self._resources):
                break
        return found
