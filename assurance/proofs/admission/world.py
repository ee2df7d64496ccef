"""What admission consults besides the object itself: its namespace, and classes of the cluster."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.values import DEFAULT_NAMESPACE
from assurance.guardrails.scope import Labels, labels_of
from assurance.proofs.admission.amounts import (
    Amounts,
    UnreadableError,
    amounts,
    mapping,
    plain,
    rounded,
)
from assurance.proofs.admission.charges import stated_plurals
from assurance.proofs.admission.limit_ranges import (
    Defaults,
    LimitRange,
    defaults_of,
    read_limit_range,
)
from assurance.proofs.admission.quotas import Quota, read_quota

T = TypeVar("T")

_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_BUILT_IN = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""Priority classes that every cluster has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A LimitRange or ResourceQuota that says something unknown."""

    item: KubernetesObject
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Namespace:
    """One namespace, as admission sees it."""

    name: str
    item: KubernetesObject | None = None
    """The Namespace itself; where the graph holds it, it holds all that comes with it."""
    ranges: tuple[LimitRange, ...] = ()
    quotas: tuple[Quota, ...] = ()
    defaults: Defaults = field(default_factory=Defaults)
    accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """ServiceAccounts by name."""
    unread_ranges: tuple[Unread, ...] = ()
    unread_quotas: tuple[Unread, ...] = ()

    @property
    def described(self) -> bool:
        """Whether the graph holds it."""
        return self.item is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Everything that an object is held against."""

    namespaces: Mapping[str, Namespace]
    labels: Mapping[str, Labels] = field(default_factory=dict)
    """Of the namespaces that the graph describes."""
    priorities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """PriorityClasses by name."""
    runtimes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """RuntimeClasses by name."""
    storage_classes: tuple[str, ...] = ()
    """Those that are marked as the default."""
    plurals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    complete: bool = False
    """What is not here does not exist."""

    def namespace(self, name: str | None) -> Namespace:
        """One of them; a name that nobody describes has nothing that is known."""
        wanted = name or DEFAULT_NAMESPACE
        return self.namespaces.get(wanted) or Namespace(name=wanted)

    @property
    def default_priority(self) -> str:
        """The class of pods that name none; empty where there is no such class."""
        chosen = [
            (plain(found.get("value", 0), f"PriorityClass {name} value"), name)
            for name, found in sorted(self.priorities.items())
            if plain(found.get("globalDefault"), f"PriorityClass {name} globalDefault") is True
        ]
        return min(chosen)[1] if chosen else ""


def world_of(graph: Graph) -> World:
    """What the graph says about it."""
    objects = list(graph.objects())
    found: dict[tuple[str, str], list[KubernetesObject]] = {}
    for item in objects:
        found.setdefault((item.gvk.group, item.gvk.kind), []).append(item)
    described = found.get(("", "Namespace"), [])
    labels = labels_of(item.manifest for item in described)
    kinds = ("LimitRange", "ResourceQuota", "ServiceAccount")
    within = {kind: _by_namespace(found.get(("", kind), ())) for kind in kinds}
    named = {item.name: item for item in described if isinstance(item.name, str)}
    names = {*named, *(name for kind in kinds for name in within[kind])}
    return World(
        namespaces={
            name: _namespace(name, named.get(name), *(within[kind].get(name, []) for kind in kinds))
            for name in sorted(names)
        },
        labels=labels,
        priorities={
            **{name: {"value": value} for name, value in _BUILT_IN.items()},
            **_by_name(found.get(("scheduling.k8s.io", "PriorityClass"), ())),
        },
        runtimes=_by_name(found.get(("node.k8s.io", "RuntimeClass"), ())),
        storage_classes=_defaults_among(found.get(("storage.k8s.io", "StorageClass"), ())),
        plurals=stated_plurals(objects),
        complete=graph.mode == "live",
    )


def _by_namespace(objects: Iterable[KubernetesObject]) -> dict[str, list[KubernetesObject]]:
    found: dict[str, list[KubernetesObject]] = {}
    for item in objects:
        if item.namespace is None or isinstance(item.namespace, str):
            found.setdefault(item.namespace or DEFAULT_NAMESPACE, []).append(item)
    return found


def _by_name(objects: Iterable[KubernetesObject]) -> dict[str, Mapping[str, Any]]:
    return {item.name: item.manifest for item in objects if isinstance(item.name, str)}


def _namespace(
    name: str,
    item: KubernetesObject | None,
    ranges: list[KubernetesObject],
    quotas: list[KubernetesObject],
    accounts: list[KubernetesObject],
) -> Namespace:
    read_ranges, unread_ranges = _read(ranges, read_limit_range)
    read_quotas, unread_quotas = _read(quotas, read_quota)
    return Namespace(
        name=name,
        item=item,
        ranges=tuple(read_ranges),
        quotas=tuple(read_quotas),
        defaults=defaults_of(read_ranges),
        accounts=_by_name(accounts),
        unread_ranges=tuple(unread_ranges),
        unread_quotas=tuple(unread_quotas),
    )


def _read(
    objects: list[KubernetesObject], read: Callable[[KubernetesObject], T]
) -> tuple[list[T], list[Unread]]:
    found: list[T] = []
    unread: list[Unread] = []
    for item in objects:
        try:
            found.append(read(item))
        except UnreadableError as error:
            unread.append(Unread(item=item, why=str(error)))
    return found, unread


def _defaults_among(classes: Iterable[KubernetesObject]) -> tuple[str, ...]:
    found = []
    for item in classes:
        metadata = item.manifest.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
        if isinstance(annotations, Mapping) and annotations.get(_DEFAULT_CLASS) == "true":
            found.append(str(item.name))
    return tuple(found)


def overhead_of(runtime: Mapping[str, Any], name: str) -> Amounts | None:
    """What a RuntimeClass adds to each pod; raises where that is not known."""
    place = f"RuntimeClass {name} overhead"
    overhead = mapping(runtime.get("overhead"), place)
    if not overhead:
        return None
    return rounded(amounts(overhead.get("podFixed"), f"{place}.podFixed"))
