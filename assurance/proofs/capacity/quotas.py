"""ResourceQuotas: what they count of a pod or a claim, and which pods they count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.capacity.amounts import CPU, MEMORY, PODS, Amounts, amounts_of
from assurance.proofs.capacity.pods import Pods
from assurance.proofs.capacity.reading import UnreadableError, mapping, mappings, text, texts

_REQUESTS, _LIMITS = "requests.", "limits."
_NUMBER = {PODS, "count/pods"}
CLAIMS = {"persistentvolumeclaims", "count/persistentvolumeclaims"}
CLAIMED = "requests.storage"
OF_CLASS = ".storageclass.storage.k8s.io/"
_ON_NODES = {CPU, MEMORY, "ephemeral-storage"}
MUST_SAY = {f"{word}{name}" for word in (_REQUESTS, _LIMITS) for name in (CPU, MEMORY)} | {
    CPU,
    MEMORY,
}
"""What a pod under such a quota has to state, or to be given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which pods count."""

    name: str
    operator: str
    values: tuple[str, ...] = ()

    def covers(self, pods: Pods) -> bool:
        """Whether it counts these."""
        spec = pods.spec
        match self.name:
            case "Terminating" | "NotTerminating":
                return (spec.get("activeDeadlineSeconds") is not None) is (
                    self.name == "Terminating"
                )
            case "BestEffort" | "NotBestEffort":
                return _best_effort(pods) is (self.name == "BestEffort")
            case "PriorityClass":
                return self._selects(str(spec.get("priorityClassName") or ""))
        message = f"a quota of scope {self.name} is not evaluated"
        raise UnreadableError(message)

    def _selects(self, name: str) -> bool:
        match self.operator:
            case "In":
                return name in self.values
            case "NotIn":
                return name not in self.values
            case "DoesNotExist":
                return not name
        return bool(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """One ResourceQuota."""

    owner: KubernetesObject
    hard: Amounts
    scopes: tuple[Scope, ...] = ()

    def covers(self, pods: Pods) -> bool:
        """Whether these pods count."""
        return all(scope.covers(pods) for scope in self.scopes)


def quota_of(item: KubernetesObject) -> Quota:
    """Read a ResourceQuota."""
    spec = mapping(item.manifest.get("spec"), "spec")
    hard = amounts_of(spec.get("hard"), "spec.hard")
    named = texts(spec.get("scopes"), "spec.scopes")
    selector = mapping(spec.get("scopeSelector"), "spec.scopeSelector")
    chosen = mappings(selector.get("matchExpressions"), "spec.scopeSelector.matchExpressions")
    scopes = [Scope(name=name, operator="Exists") for name in named] + [_scope(s) for s in chosen]
    return Quota(owner=item, hard=hard, scopes=tuple(scopes))


def _scope(stated: Mapping[str, Any]) -> Scope:
    where = "spec.scopeSelector.matchExpressions"
    return Scope(
        name=text(stated.get("scopeName"), where),
        operator=text(stated.get("operator"), where),
        values=tuple(texts(stated.get("values"), where)),
    )


def of_a_pod(key: str, requests: Amounts, limits: Amounts) -> int | None:
    """How much of a quota's key one pod uses; None where the key does not count pods."""
    if key in _NUMBER:
        return 1
    if key.startswith(_LIMITS):
        return limits.get(key.removeprefix(_LIMITS), 0)
    name = key.removeprefix(_REQUESTS)
    if key == CLAIMED or OF_CLASS in key:
        return None
    if name in _ON_NODES or name != key or name.startswith("hugepages-"):
        return requests.get(name, 0)
    return None


def on_nodes(key: str) -> str | None:
    """The resource of a node that a key bounds, if it bounds requests for one."""
    if key in _NUMBER:
        return PODS
    if key.startswith(_LIMITS) or of_a_pod(key, {}, {}) is None:
        return None
    return key.removeprefix(_REQUESTS)


def _best_effort(pods: Pods) -> bool:
    stated = (a for c in pods.appetite.containers for a in (c.requests, c.limits))
    return not any(amounts.get(name) for amounts in stated for name in (CPU, MEMORY))
