"""The graph, as policies see it: proxies, floats and sentinels made plain again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pulumi_policy.proxy import UnknownValueError

from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import PREFIX
from assurance.graph.resource import Marker, Options, Resource, Secret

_SENTINELS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
    }
)
"""What the engine's protocol writes in place of a value that is not known yet."""

_UNSEEN = {
    "metadata": dict.fromkeys(("name", "namespace", "labels", "annotations"), Marker.UNKNOWN),
    "spec": Marker.UNKNOWN,
    "data": Marker.UNKNOWN,
}
"""An object in a preview whose cluster does not exist yet: the engine shows it without outputs."""

_SERVER_SIDE = frozenset({"status", "id"})
_SECRET_KIND = "kubernetes:core/v1:Secret"  # noqa: S105 - a type token
_SECRET_FIELDS = ("data", "stringData")


class PolicyResource(Protocol):
    """What the policy SDK says of a resource, in resource and in stack policies alike."""

    resource_type: str
    urn: str
    name: str
    props: Mapping[str, Any]
    opts: Any
    provider: Any


def plain(value: Any) -> Any:
    """A policy's value as dicts, lists and scalars; markers where it is unknown."""
    match value:
        case str() | float() | int() | None:
            return _scalar(value)
        case Mapping():
            return {key: _item(value, key) for key in value}
        case Sequence():
            return [_item(value, index) for index in range(len(value))]
    return f"[{type(value).__name__}]"  # an asset or an archive


def graph_of_policy_resources(resources: Iterable[PolicyResource]) -> Graph:
    """The graph of one resource or of a whole stack.

    A resource policy is shown inputs, a stack policy outputs; for a Kubernetes object these hold
    the manifest too, so that the same rules read both.
    """
    found = {resource.urn: _resource(resource) for resource in resources}
    stack = next(iter(found), "::").split(":")[2]
    return graph_of(found.values(), stack=stack, mode="warm")


def _scalar(value: str | float | None) -> Any:
    if isinstance(value, str):
        return Marker.UNKNOWN if any(sentinel in value for sentinel in _SENTINELS) else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _resource(seen: PolicyResource) -> Resource:
    values = plain(seen.props)
    kubernetes = seen.resource_type.startswith(PREFIX)
    return Resource(
        urn=seen.urn,
        type=seen.resource_type,
        name=seen.name,
        parent=_parent(seen),
        provider=seen.provider.urn if seen.provider else None,
        inputs=_manifest(seen.resource_type, values) if kubernetes else values,
        dependencies=frozenset(one.urn for one in getattr(seen, "dependencies", ())),
        property_dependencies={
            key: frozenset(one.urn for one in ones)
            for key, ones in getattr(seen, "property_dependencies", {}).items()
        },
        options=_options(seen.opts),
        custom=_is_custom(seen.resource_type),
    )


def _parent(seen: PolicyResource) -> str | None:
    """A stack policy is given the parent itself, a resource policy its URN."""
    parent = getattr(seen, "parent", None)
    return parent.urn if parent else getattr(seen.opts, "parent", None) or None


def _is_custom(resource_type: str) -> bool:
    """The policy protocol does not say which resources are components; ours have our prefix."""
    return not resource_type.startswith(("ml-platform:", "pulumi:pulumi:Stack"))


def _manifest(resource_type: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent to the API server: no status, none of the provider's own notes."""
    if not values:
        return dict(_UNSEEN)
    sent = {
        key: value
        for key, value in values.items()
        if key not in _SERVER_SIDE and not key.startswith("__")
    }
    if resource_type == _SECRET_KIND:
        sent |= {key: _veiled(sent[key]) for key in _SECRET_FIELDS if key in sent}
    return sent


def _veiled(value: Any) -> Any:
    """The engine hands secrets over in clear; here they are secret again."""
    if isinstance(value, Mapping):
        return {key: _veiled(item) for key, item in value.items()}
    if isinstance(value, Marker):
        return Marker.SECRET_UNKNOWN
    return Secret(value)


def _options(opts: Any) -> Options:
    if opts is None:
        return Options()
    return Options(
        protect=bool(opts.protect),
        delete_before_replace=bool(opts.delete_before_replace),
        ignore_changes=tuple(opts.ignore_changes),
        additional_secret_outputs=tuple(opts.additional_secret_outputs),
        aliases=tuple(opts.aliases),
    )


def _item(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return Marker.UNKNOWN
