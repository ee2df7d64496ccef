"""The graph of what the engine has recorded as deployed."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.annotations import config_key
from assurance.graph.graph import Graph, graph_of
from assurance.graph.resource import Marker, Options, Origin, Resource, Secret

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's word for one
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_DEFAULT = "::default"
"""The engine's own providers, which nobody has asked for."""
_ENGINES_OWN = frozenset({"__internal", "pluginDownloadURL", "version"})
"""What the engine adds to a provider's inputs."""


def graph_of_state(deployment: Mapping[str, Any], stack: str) -> Graph:
    """What `pulumi stack export` has under `deployment`; no secret is opened."""
    return graph_of(_resources(deployment), stack=stack, mode="warm")


def _resources(deployment: Mapping[str, Any]) -> Iterator[Resource]:
    for each in deployment.get("resources") or ():
        if not each.get("delete") and _DEFAULT not in each["urn"].rpartition("pulumi:providers")[2]:
            yield _resource(each)


def _resource(written: Mapping[str, Any]) -> Resource:
    inputs = _plain(written.get("inputs") or {})
    if written["type"].startswith("pulumi:providers:"):
        inputs = {key: value for key, value in inputs.items() if key not in _ENGINES_OWN}
    properties = written.get("propertyDependencies") or {}
    return Resource(
        urn=written["urn"],
        type=written["type"],
        name=written["urn"].rpartition("::")[2],
        parent=written.get("parent"),
        provider=(written.get("provider") or "").rpartition("::")[0] or None,
        inputs=inputs,
        outputs=_plain(written.get("outputs") or {}),
        dependencies=frozenset(written.get("dependencies") or ()),
        property_dependencies={k: frozenset(v) for k, v in sorted(properties.items()) if v},
        options=Options(
            protect=bool(written.get("protect")),
            retain_on_delete=bool(written.get("retainOnDelete")),
            deleted_with=written.get("deletedWith"),
        ),
        origin=Origin(config=config_key(inputs)),
        custom=bool(written.get("custom")),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return Secret(None)
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return Marker.UNKNOWN if value == _UNKNOWN else value
