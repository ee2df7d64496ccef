"""Which resources another one's inputs speak of: made from its outputs, or naming it in clear."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.resource import Resource, Secret
from assurance.graph.values import plural

_OWN = ("resourceName", "name", "bucket", "accountName", "serverName", "clusterName", "vaultName")
_OWN_TOO = ("registryName", "containerName", "workspaceName", "resourceGroupName")
"""Inputs under which a cloud's resource states its own name; the first that it has counts."""
_NAMED_BY = {"BlobContainer": "containerName", "Database": "databaseName", "Subnet": "subnetName"}
"""Types whose own name comes after that of what they are in."""
_WORDS = {"blobcontainer": "containers", "server": "flexibleservers", "bucket": "s3"}
"""What some types are called in ids and ARNs; the others in the plural, or as they are."""


class References:
    """Edges between the resources of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._by_name: dict[str, list[Resource]] = defaultdict(list)
        for resource in graph.resources.values():
            for name in names_of(resource):
                self._by_name[name].append(resource)
        self._to: dict[str, list[tuple[str, Resource]]] = defaultdict(list)
        for resource in graph.resources.values():
            for key in _speaking(resource):
                for other in self.of(resource, key):
                    self._to[other.urn].append((key, resource))

    def of(self, resource: Resource, key: str) -> tuple[Resource, ...]:
        """What one input of a resource is made from, or names."""
        made_from = resource.property_dependencies.get(key, frozenset())
        found = {
            urn: self._graph.resources[urn] for urn in made_from & self._graph.resources.keys()
        }
        for word in _words(resource.inputs.get(key)):
            for other in self.called(word):
                if other is not resource and _same_cloud(resource, other):
                    found[other.urn] = other
        return tuple(found[urn] for urn in sorted(found))

    def called(self, word: str) -> Iterator[Resource]:
        """Whoever is called so, or has this ARN or this id."""
        yield from self._by_name.get(word, ())
        kind, name = _identified(word)
        for other in self._by_name.get(name, ()) if kind else ():
            own = other.type.rpartition(":")[2].lower()
            if kind in {own, plural(own), _WORDS.get(own)}:
                yield other

    def to(self, resource: Resource) -> tuple[tuple[str, Resource], ...]:
        """Each resource that speaks of this one, and the input in which it does."""
        return tuple(self._to.get(resource.urn, ()))

    def before(self, resource: Resource) -> tuple[Resource, ...]:
        """All that it comes after."""
        known = self._graph.resources
        return tuple(known[urn] for urn in sorted(resource.dependencies) if urn in known)


def names_of(resource: Resource) -> Iterator[str]:
    """What a cloud's resource is called in clear."""
    if not _of_cloud(resource):
        return
    kind = resource.type.rpartition(":")[2]
    keys = (_NAMED_BY[kind],) if kind in _NAMED_BY else (*_OWN, *_OWN_TOO)
    own = next((resource.inputs[key] for key in keys if key in resource.inputs), None)
    for value in (own, resource.outputs.get("id"), resource.outputs.get("arn")):
        if isinstance(value, str) and value:
            yield value


def _speaking(resource: Resource) -> Iterator[str]:
    """Inputs that may speak of another resource."""
    if _of_cloud(resource):
        yield from sorted({*resource.inputs, *resource.property_dependencies} - {"tags"})
    else:
        yield from sorted(resource.property_dependencies)


def _words(value: Any) -> Iterator[str]:
    plain = value.value if isinstance(value, Secret) else value
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, list | tuple):
        yield from (item for item in plain if isinstance(item, str))


def _identified(word: str) -> tuple[str, str]:
    """What an ARN or an id of Azure is about: a kind in lower case, and a name."""
    if word.startswith("arn:"):
        _, _, service, _, _, rest = (*word.split(":", 5), "", "", "", "", "")[:6]
        path = rest.replace(":", "/").split("/")
        return ("s3", path[0]) if service == "s3" else (path[0].lower(), path[-1])
    path = word.split("/")
    return (path[-2].lower(), path[-1]) if word.startswith("/") and len(path) > 2 else ("", "")  # noqa: PLR2004 - kind and name


def _of_cloud(resource: Resource) -> bool:
    return resource.custom and resource.type.startswith(("aws:", "azure-native:"))


def _same_cloud(one: Resource, other: Resource) -> bool:
    return one.type.partition(":")[0] == other.type.partition(":")[0]
