"""Whose work an object's effects are: what its removal needs, told by who may write its status.

A controller runs as a ServiceAccount that may update the status or the finalizers of what it looks
after; people and teams are not given that. What stands in for one says the kinds itself. Nothing
here rests on names of charts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.stand_ins import looked_after
from assurance.proofs.order.given import GROUPS
from assurance.proofs.order.pods import service_account
from assurance.proofs.order.readings import NETWORKING
from assurance.proofs.order.wants import items, mapping
from assurance.proofs.order.world import World
from assurance.proofs.roles import Roles, bindings

Kind = tuple[str, str]
"""Group and plural."""
_WRITING = {"*", "patch", "update"}
_VOLUMES = "persistentvolumes"


def effect(item: KubernetesObject, plural: str) -> Kind | None:
    """By whose kind an object's effects are undone; None where it has none beyond itself."""
    group, kind = item.gvk.group, item.gvk.kind
    if (group, kind) == ("", "Service"):
        balanced = mapping(item.manifest.get("spec")).get("type") == "LoadBalancer"
        return ("", "services") if balanced else None
    if (group, kind) == ("", "PersistentVolumeClaim") or claims(item):
        return ("", _VOLUMES)
    if (group, kind) == (NETWORKING, "Ingress"):
        return (NETWORKING, "ingresses")
    return (group, plural) if group not in GROUPS else None


def claims(item: KubernetesObject) -> bool:
    """Whether an object makes claims, which outlive it and go with the namespace."""
    templates = mapping(item.manifest.get("spec")).get("volumeClaimTemplates")
    return (item.gvk.group, item.gvk.kind) == ("apps", "StatefulSet") and bool(templates)


class Controllers:
    """Workloads by what they look after."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._roles = Roles(world.objects)
        self._running: dict[tuple[str, str], list[KubernetesObject]] = {}
        for place, pods in world.pods.items():
            for pod in pods:
                self._running.setdefault((place, service_account(pod)), []).append(pod.owner)
        self._grants = list(self._granted())
        self._stated = [(item, looked_after(item)) for item in world.objects]
        self._found: dict[tuple[Kind, str], list[KubernetesObject]] = {}

    def of(self, kind: Kind, namespace: str) -> list[KubernetesObject]:
        """Workloads that may undo what objects of a kind have brought about in a namespace."""
        if (kind, namespace) not in self._found:
            found = {
                owner.resource.urn: owner
                for place, rule, owners in self._grants
                if place in {"", namespace} and _looks_after(rule, kind)
                for owner in owners
            } | {
                owner.resource.urn: owner
                for owner, kinds in self._stated
                if ".".join(reversed(kind)) in kinds
            }
            self._found[kind, namespace] = list(found.values())
        return self._found[kind, namespace]

    def _granted(self) -> Iterator[tuple[str, Mapping[str, Any], list[KubernetesObject]]]:
        """Where a rule holds, the rule, and the workloads that run under it."""
        for item in bindings(self._world.objects):
            place = str(item.namespace or "") if item.gvk.kind == "RoleBinding" else ""
            owners = [o for who in self._accounts(item) for o in self._running.get(who, ())]
            for rule in self._roles.given(item) or () if owners else ():
                yield place, rule, owners

    def _accounts(self, binding: KubernetesObject) -> Iterator[tuple[str, str]]:
        for subject in items(binding.manifest.get("subjects")):
            if subject.get("kind") == "ServiceAccount":
                yield str(subject.get("namespace") or binding.namespace), str(subject.get("name"))


def _looks_after(rule: Mapping[str, Any], kind: Kind) -> bool:
    group, plural = kind
    if not {"*", group}.intersection(rule.get("apiGroups") or ()):
        return False
    verbs = set(rule.get("verbs") or ())
    resources = set(rule.get("resources") or ())
    if plural == _VOLUMES:
        return bool(verbs & {"*", "delete"} and resources & {"*", _VOLUMES})
    parts = {"*", "*/*", "*/status", f"{plural}/*", f"{plural}/finalizers", f"{plural}/status"}
    return bool(verbs & _WRITING and resources & parts)
