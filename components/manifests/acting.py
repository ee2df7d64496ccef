"""Which workloads act upon custom resources, and undo what these have brought about. Pure.

A controller may write the status or the finalizers of what it looks after. What stands in for one
has no role, and says the kinds itself. Rights to everything tell nothing, and are passed over.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.graph.stand_ins import LOOKS_AFTER
from components.manifests.keys import Manifest, ObjectKey
from components.manifests.references import service_account, template_of

Resource = tuple[str, str]
"""Group and plural."""
Account = tuple[str, str]
"""Namespace and name."""
_WRITING = frozenset({"*", "patch", "update"})
_PARTS = frozenset({"finalizers", "status"})


def _lists() -> "defaultdict[Any, list[Any]]":
    return defaultdict(list)


@dataclass(slots=True)
class Acting:
    """Grows by `add`; asked once for each custom resource."""

    _rights: dict[str, frozenset[Resource]] = field(default_factory=dict)
    """By ClusterRole, what its bearer acts upon."""
    _bearers: dict[str, list[Account]] = field(default_factory=_lists)
    """By ClusterRole, who has it everywhere."""
    _running: dict[Account, list[ObjectKey]] = field(default_factory=_lists)
    _stated: dict[str, list[ObjectKey]] = field(default_factory=_lists)

    def add(self, key: ObjectKey, manifest: Manifest) -> None:
        """Take note of a workload, a role, a binding."""
        if key.kind == "ClusterRole":
            self._rights[key.name] = frozenset(_acts_upon(manifest))
        elif key.kind == "ClusterRoleBinding":
            accounts = (s for s in manifest.get("subjects") or () if s["kind"] == "ServiceAccount")
            bearers = self._bearers[manifest["roleRef"]["name"]]
            bearers += [(each.get("namespace") or "", each["name"]) for each in accounts]
        elif (template := template_of(key, manifest)) is not None:
            self._running[key.namespace or "", service_account(template)].append(key)
            said = (manifest["metadata"].get("annotations") or {}).get(LOOKS_AFTER)
            for kind in said.split(",") if isinstance(said, str) else ():
                self._stated[kind].append(key)

    def upon(self, group: str, plural: str) -> Iterator[ObjectKey]:
        """Whoever looks after a kind, as far as it is registered."""
        yield from self._stated.get(f"{plural}.{group}", ())
        for role, rights in self._rights.items():
            if (group, plural) in rights:
                for account in self._bearers.get(role, ()):
                    yield from self._running.get(account, ())


def _acts_upon(role: Manifest) -> Iterator[Resource]:
    rules: list[Mapping[str, Any]] = role.get("rules") or []
    for rule in rules:
        if _WRITING.isdisjoint(rule.get("verbs") or ()):
            continue
        for resource in rule.get("resources") or ():
            plural, _, part = resource.partition("/")
            if part in _PARTS:
                yield from ((group, plural) for group in rule.get("apiGroups") or ())
