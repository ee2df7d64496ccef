"""What resources say of one another, kept true when URNs change or resources go; pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from operations.engine.state.urns import is_root, under

Resource = Mapping[str, Any]
"""As the engine writes it."""

_URN = ("urn", "parent", "deletedWith", "viewOf")
_URNS = ("dependencies", "replaceWith")
_URNS_OF = "propertyDependencies"


def renamed(resources: Sequence[Resource]) -> tuple[list[Resource], Mapping[str, str]]:
    """Resources that speak of no alias any more, and what each alias has become."""
    now: dict[str, str] = {}
    for resource in resources:
        urn, parent = resource["urn"], now.get(resource.get("parent", ""))
        now |= dict.fromkeys(resource.get("aliases") or (), urn)
        if parent and not is_root(parent):
            now[urn] = under(urn, parent)
    return [_spelled(resource, lambda urn: now.get(urn, urn)) for resource in resources], now


def rejoined(resources: Iterable[Resource], parents: Mapping[str, str]) -> Iterator[Resource]:
    """Resources that refer to nothing that is gone; a child of what is gone goes to its parent.

    Resources come in an order in which each refers only to those before it.
    """
    there: set[str] = set()
    for resource in resources:
        parent = resource.get("parent", "")
        while parent and parent not in there:
            parent = parents.get(parent, "")
        deleted_with = resource.get("deletedWith", "")
        yield _without_empty(
            {
                **resource,
                **{key: _only(resource.get(key), there) for key in _URNS},
                _URNS_OF: _without_empty(
                    {k: _only(urns, there) for k, urns in (resource.get(_URNS_OF) or {}).items()}
                ),
                "parent": parent,
                "deletedWith": deleted_with if deleted_with in there else "",
            },
            (*_URNS, _URNS_OF, "parent", "deletedWith"),
        )
        there.add(resource["urn"])


def _spelled(resource: Resource, current: Callable[[str], str]) -> Resource:
    written = {key: value for key, value in resource.items() if key != "aliases"}
    for key in _URN:
        if written.get(key):
            written[key] = current(written[key])
    if written.get("dependencies"):
        written["dependencies"] = [current(urn) for urn in written["dependencies"]]
    if written.get(_URNS_OF):
        written[_URNS_OF] = {
            key: [current(urn) for urn in urns or ()] for key, urns in written[_URNS_OF].items()
        }
    if written.get("provider"):
        urn, _, id_ = written["provider"].rpartition("::")
        written["provider"] = f"{current(urn)}::{id_}"
    return written


def _only(urns: Iterable[str] | None, there: set[str]) -> list[str]:
    return [urn for urn in urns or () if urn in there]


def _without_empty(values: Mapping[str, Any], keys: Iterable[str] | None = None) -> dict[str, Any]:
    """Without what is empty, as the engine writes it."""
    among = values.keys() if keys is None else keys
    return {key: value for key, value in values.items() if value or key not in among}
