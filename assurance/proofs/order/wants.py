"""What an object wants, and whom a want is answered by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker


class Key(NamedTuple):
    """An object's identity, whatever its version; cluster-wide ones have no namespace."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """As people name it."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {place}{self.name}"


def key_of(item: KubernetesObject) -> Key:
    """The key of an object of the graph."""
    place = item.namespace if isinstance(item.namespace, str) else ""
    return Key(item.gvk.group, item.gvk.kind, place, str(item.name))


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that must be there before an object is made."""

    rule: str
    key: Key | None
    """None where the name is not known."""
    lasting: bool = False
    """Whether it must also stay until the object is gone."""


RULES: Mapping[str, str] = {
    "namespace": "lives in",
    "definition": "is of the kind that it finds in",
    "class": "names",
    "bounds": "is bounded by",
    "policy": "is closed in by",
    "rights": "has its rights from",
    "reference": "names",
    "webhook": "is judged by",
    "backend": "is answered for by",
    "route": "routes to",
    "gate": "waits for",
}
"""How a user of each rule stands to what it wants."""


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list."""
    given = value if isinstance(value, list | tuple) else ()
    return [item for item in given if isinstance(item, Mapping)]


def want(
    rule: str, group: str, kind: str, place: tuple[Any, Any], *, lasting: bool = False
) -> Want:
    """A want by namespace and name; without a name there is none, an unknown one is said."""
    namespace, name = place
    if isinstance(namespace, Marker) or isinstance(name, Marker):
        return Want(rule, None, lasting)
    return Want(rule, Key(group, kind, str(namespace or ""), str(name or "")), lasting)
