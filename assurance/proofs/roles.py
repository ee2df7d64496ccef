"""What a binding gives: the rules of its role, with those that an aggregated role gathers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.network.selectors import SpecError, selector

RBAC = "rbac.authorization.k8s.io"
Rule = Mapping[str, Any]


class Roles:
    """The Roles and ClusterRoles of a graph."""

    def __init__(self, objects: Iterable[KubernetesObject]) -> None:
        self._roles = {
            (str(item.namespace) if item.gvk.kind == "Role" else None, str(item.name)): item
            for item in objects
            if item.gvk.group == RBAC and item.gvk.kind in {"ClusterRole", "Role"}
        }

    def given(self, binding: KubernetesObject) -> list[Rule] | None:
        """A binding's rules; None where its role is not in the graph."""
        reference = _mapping(binding.manifest.get("roleRef"))
        place = str(binding.namespace) if reference.get("kind") == "Role" else None
        role = self._roles.get((place, str(reference.get("name"))))
        return None if role is None else list(self._rules(role))

    def _rules(self, role: KubernetesObject) -> Iterator[Rule]:
        yield from _items(role.manifest.get("rules"))
        gathers = _mapping(role.manifest.get("aggregationRule"))
        for wanted in _items(gathers.get("clusterRoleSelectors")):
            for (place, _), other in self._roles.items():
                if place is None and _matches(wanted, other):
                    yield from _items(other.manifest.get("rules"))


def bindings(objects: Iterable[KubernetesObject]) -> Iterator[KubernetesObject]:
    """RoleBindings and ClusterRoleBindings."""
    kinds = {"ClusterRoleBinding", "RoleBinding"}
    return (o for o in objects if o.gvk.group == RBAC and o.gvk.kind in kinds)


def _matches(wanted: Any, role: KubernetesObject) -> bool:
    labels = _mapping(_mapping(role.manifest.get("metadata")).get("labels"))
    try:
        return selector(wanted).matches(labels)
    except SpecError:
        return False


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> list[Mapping[str, Any]]:
    given = value if isinstance(value, list | tuple) else ()
    return [item for item in given if isinstance(item, Mapping)]
