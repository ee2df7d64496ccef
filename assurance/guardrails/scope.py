"""Where a guardrail holds: conditions on a namespace's labels, answered offline, bound in CEL.

A Namespace counts by its own labels; what belongs to the whole cluster lies within every scope.
Each condition is one requirement of a label selector, with Kubernetes' own semantics: what has no
such label is not among any values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.resource import Marker, Secret
from assurance.graph.values import CLASS, DEFAULT_NAMESPACE, SYSTEM_NAMESPACES, TEAM

NAME = "kubernetes.io/metadata.name"
"""The label that Kubernetes itself gives every namespace: its name."""

Labels = Mapping[str, Any] | Marker
"""A namespace's labels; a value may be a marker."""

_CLUSTER_WIDE = frozenset({"ClusterRole", "ClusterRoleBinding"})
"""Of the kinds that guardrails are about, besides Namespace."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Namespaces that carry a label, with one of some values if any are stated."""

    key: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """All others."""

    key: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """The namespaces for which all of some conditions hold."""

    name: str
    """A part of the policies' names."""
    conditions: tuple[Labelled | Unlabelled, ...] = ()


EVERYWHERE = Scope("everywhere")
OUTSIDE_SYSTEM = Scope("outside-system", (Unlabelled(NAME, SYSTEM_NAMESPACES),))
OUTSIDE_PLATFORM = Scope(
    "outside-platform", (*OUTSIDE_SYSTEM.conditions, Unlabelled(CLASS, ("platform",)))
)
"""Also without the platform's own namespaces, whose charts are pinned in code."""
TEAMS = Scope("of-teams", (Labelled(TEAM),))
"""Namespaces of teams, whoever made them."""


@dataclass(frozen=True, slots=True)
class Position:
    """Whether an object lies within a scope."""

    inside: bool | None
    """None: it depends on what is not known."""
    unknown: str = ""
    """What is not known."""


_INSIDE, _OUTSIDE = Position(inside=True), Position(inside=False)


def position(
    scope: Scope, manifest: Mapping[str, Any], namespaces: Mapping[str, Labels]
) -> Position:
    """Where an object stands; `namespaces` are those whose labels are known."""
    kind = manifest.get("kind")
    if not scope.conditions or kind in _CLUSTER_WIDE:
        return _INSIDE
    metadata = _plain(manifest.get("metadata", {}))
    if not isinstance(metadata, Mapping):
        return Position(None, "metadata")
    if kind == "Namespace":
        own = metadata.get("labels") or {}
        return _position(scope, metadata.get("name"), own, "metadata.labels")
    name = _plain(metadata.get("namespace")) or DEFAULT_NAMESPACE
    if not isinstance(name, str):
        return Position(None, "metadata.namespace")
    labels = namespaces.get(name, Marker.UNKNOWN)
    return _position(scope, name, labels, f"labels of the namespace {name}")


def labels_of(namespaces: Iterable[Mapping[str, Any]]) -> dict[str, Labels]:
    """The labels of Namespaces, by name, for `position`."""
    found: dict[str, Labels] = {}
    for manifest in namespaces:
        metadata = _plain(manifest.get("metadata"))
        if isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str):
            found[metadata["name"]] = _plain(metadata.get("labels")) or {}
    return found


def selector(scope: Scope) -> dict[str, Any]:
    """The scope as a namespaceSelector."""
    return {"matchExpressions": [_expression(one) for one in scope.conditions]}


def _position(scope: Scope, name: Any, labels: Any, words: str) -> Position:
    found = _plain(labels)
    known = isinstance(found, Mapping)
    unsettled = False
    for one in scope.conditions:
        value = name if one.key == NAME else found.get(one.key) if known else Marker.UNKNOWN
        met = _meets(one, _plain(value))
        if met is False:
            return _OUTSIDE
        unsettled |= met is None
    return Position(None, words) if unsettled else _INSIDE


def _meets(one: Labelled | Unlabelled, value: Any) -> bool | None:
    if isinstance(value, Marker):
        return None
    carried = value is not None and (not one.values or value in one.values)
    return carried is isinstance(one, Labelled)


def _expression(one: Labelled | Unlabelled) -> dict[str, Any]:
    positive, values = isinstance(one, Labelled), list(one.values)
    if not values:
        return {"key": one.key, "operator": "Exists" if positive else "DoesNotExist"}
    return {"key": one.key, "operator": "In" if positive else "NotIn", "values": values}


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value
