"""Pods of kinds that nobody listed: whatever looks like a pod's spec."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.resource import Marker, Secret

Path = tuple[str | int, ...]

_LIKELY = {"containers", "podSpec", "podTemplate", "spec", "template"}
"""Where a kind that nobody listed may keep what it starts pods from."""


_PLAIN = frozenset({str, int, bool, float, type(None)})
"""What holds nothing: most of any manifest, and not looked into."""


def is_own(group: str) -> bool:
    """Kubernetes' own kinds: the table has all that start pods."""
    return "." not in group or group.endswith(".k8s.io")


def specs(
    value: Any, parent: Mapping[str, Any], path: Path, *, foreign: bool
) -> Iterator[tuple[Path, Any, Mapping[str, Any]]]:
    """Everything with containers; in a foreign kind, also what is not known and may have some."""
    if isinstance(value, Mapping):
        containers = value.get("containers")
        if isinstance(containers, list | tuple) and all(map(_may_be_container, containers)):
            yield path, value, parent
            return
        for key in sorted(value):
            if type(value[key]) not in _PLAIN:
                yield from specs(value[key], value, (*path, key), foreign=foreign)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if type(item) not in _PLAIN:
                yield from specs(item, {}, (*path, index), foreign=foreign)
    elif foreign and isinstance(value, Marker | Secret) and path[-1] in _LIKELY:
        yield path, value, parent


def _may_be_container(value: Any) -> bool:
    return isinstance(value, Mapping | Marker | Secret)
