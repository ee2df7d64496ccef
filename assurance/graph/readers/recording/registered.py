"""One registration as it came over the wire, and the graph's resource that it becomes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from assurance.graph.annotations import assumption, config_key
from assurance.graph.readers.recording.urns import alias_urn, provider_urn
from assurance.graph.readers.wire import value_of, values_of
from assurance.graph.resource import Options, Origin, Resource

_HERE = Path(__file__).resolve().parent
_PROVIDERS = "ml-platform:providers:"
SERVICES = frozenset({"cache", "database", "object_store", "registry"})
"""Sections that a cloud can serve: providers keep each in a module of its name."""


@dataclass(kw_only=True, slots=True)
class Registered:
    """A request, and how it was answered."""

    urn: str
    request: Any
    """A RegisterResourceRequest or a ReadResourceRequest."""
    id: str = ""
    state: struct_pb2.Struct = field(default_factory=struct_pb2.Struct)


def resources(registered: Iterable[Registered], root: Path) -> list[Resource]:
    """The graph's resources; `root` is the project's directory, to which sources are relative."""
    ordered = sorted(registered, key=lambda made: made.urn)
    inputs = {made.urn: values_of(_given(made)) for made in ordered}
    parents = {made.urn: made.request.parent for made in ordered}
    keys = {made.urn: key for made in ordered if (key := _key(made, inputs[made.urn], root))}
    return [
        _resource(
            made,
            inputs[made.urn],
            Origin(config=_nearest(made.urn, keys, parents), source=_source(made.request, root)),
        )
        for made in ordered
    ]


def _given(made: Registered) -> struct_pb2.Struct:
    read = isinstance(made.request, resource_pb2.ReadResourceRequest)
    given: struct_pb2.Struct = made.request.properties if read else made.request.object
    return given


def _outputs(made: Registered, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Most of what a resource comes to is what it was given, and has been read already."""
    given = _given(made).fields
    return {
        key: inputs[key] if key in given and given[key] == value else value_of(value)
        for key, value in made.state.fields.items()
    }


def _resource(made: Registered, inputs: Mapping[str, Any], origin: Origin) -> Resource:
    request = made.request
    read = isinstance(request, resource_pb2.ReadResourceRequest)
    outputs = _outputs(made, inputs)
    if made.id:
        outputs["id"] = made.id
    properties = {} if read else request.propertyDependencies
    return Resource(
        urn=made.urn,
        type=request.type,
        name=request.name,
        parent=request.parent or None,
        provider=provider_urn(request.provider),
        inputs=inputs,
        outputs=outputs,
        dependencies=frozenset(request.dependencies),
        property_dependencies={
            key: frozenset(value.urns) for key, value in sorted(properties.items()) if value.urns
        },
        options=Options() if read else _options(request, made.urn),
        origin=origin,
        assumed=assumption(inputs),
        custom=True if read else request.custom,
    )


def _options(request: resource_pb2.RegisterResourceRequest, urn: str) -> Options:
    timeouts = request.customTimeouts
    named = ((name, getattr(timeouts, name)) for name in ("create", "update", "delete", "read"))
    return Options(
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
        aliases=tuple(alias_urn(alias, urn, request.parent) for alias in request.aliases),
        deleted_with=request.deletedWith or None,
        import_id=request.importId or None,
        timeouts={name: value for name, value in named if value},
        version=request.version or None,
    )


def _key(made: Registered, inputs: Mapping[str, Any], root: Path) -> str | None:
    """What an object, or a part, says of itself; else a cloud's service belongs to its section.

    Whatever more a cloud is asked for belongs to the cluster.
    """
    if (own := config_key(inputs)) is not None:
        return own
    if made.request.type.startswith(_PROVIDERS):
        return "platform.cluster"
    if made.request.type.startswith("ml-platform:"):
        return inputs.get("config")
    return None if made.request.type.startswith("kubernetes:") else _service(made.request, root)


def _service(request: Any, root: Path) -> str | None:
    """The section whose module of a provider asked for it."""
    for frame in request.stackTrace.frames:
        own = _own(_path(frame.pc.uri), root)
        if own is not None and own.parts[0] == "providers" and own.stem in SERVICES:
            return f"platform.{own.stem}"
    return None


def _nearest(urn: str, keys: Mapping[str, str], parents: Mapping[str, str]) -> str | None:
    while urn:
        if urn in keys:
            return keys[urn]
        urn = parents.get(urn, "")
    return None


def _source(request: Any, root: Path) -> str | None:
    """The innermost line of the project's own code that led to the registration."""
    for frame in request.stackTrace.frames:
        path = _path(frame.pc.uri)
        if path.parent == _HERE:
            break
        if (own := _own(path, root)) is not None:
            return f"{own}:{frame.pc.line}"
    return None


@cache
def _path(uri: str) -> Path:
    return Path(unquote(urlparse(uri).path))


@cache
def _own(path: Path, root: Path) -> Path | None:
    """Where in the project a source is, if it is the project's own."""
    if path.is_relative_to(root) and not {"site-packages", ".venv"} & set(path.parts):
        return path.relative_to(root)
    return None
