"""The graph, as the engine shows it to a policy pack."""

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from assurance.graph.annotations import assumption, config_key
from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import PREFIX
from assurance.graph.readers.wire import values_of
from assurance.graph.resource import Marker, Options, Origin, Resource, Secret

Shown = analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource
"""A resource alone with its inputs, or one of a stack with its outputs."""

_UNSEEN = {
    "metadata": dict.fromkeys(("name", "namespace", "labels", "annotations"), Marker.UNKNOWN),
    "spec": Marker.UNKNOWN,
    "data": Marker.UNKNOWN,
}
"""An object in a preview whose cluster does not exist yet: the engine shows it without outputs."""

_SERVER_SIDE = frozenset({"status", "id"})
_SECRET_KIND = "kubernetes:core/v1:Secret"  # noqa: S105 - a type token
_SECRET_FIELDS = ("data", "stringData")


def resource_of(shown: Shown) -> Resource:
    """One resource; for a Kubernetes object, inputs and outputs alike hold the manifest."""
    values = values_of(shown.properties)
    if shown.type.startswith(PREFIX):
        values = _manifest(shown.type, values)
    return Resource(
        urn=shown.urn,
        type=shown.type,
        name=shown.name,
        parent=shown.options.parent or None,
        provider=shown.provider.urn or None,
        inputs=values,
        options=_options(shown.options),
        origin=Origin(config=config_key(values)),
        assumed=assumption(values),
        custom=_is_custom(shown.type),
    )


def graph_of_stack(
    shown: Iterable[analyzer_pb2.AnalyzerResource], inputs: Mapping[str, Mapping[str, Any]]
) -> Graph:
    """The whole stack; where a resource's inputs were shown before, they stand for it.

    What was asked for is known in a preview too, when no output is; and a rehearsal sees the same.
    """
    found = [_of_stack(one, inputs) for one in shown]
    stack = found[0].urn.split(":")[2] if found else ""
    return graph_of(found, stack=stack, mode="warm")


def _of_stack(
    shown: analyzer_pb2.AnalyzerResource, inputs: Mapping[str, Mapping[str, Any]]
) -> Resource:
    made = resource_of(shown)
    values = inputs.get(made.urn, made.inputs)
    return Resource(
        urn=made.urn,
        type=made.type,
        name=made.name,
        parent=shown.parent or made.parent,
        provider=made.provider,
        inputs=values,
        dependencies=frozenset(shown.dependencies),
        property_dependencies={
            key: frozenset(value.urns) for key, value in sorted(shown.propertyDependencies.items())
        },
        options=made.options,
        origin=Origin(config=config_key(values)),
        assumed=assumption(values),
        custom=made.custom,
    )


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
    """A program that is not ours may have registered a Secret's content in clear."""
    if isinstance(value, Mapping):
        return {key: _veiled(item) for key, item in value.items()}
    if isinstance(value, Marker):
        return Marker.SECRET_UNKNOWN
    return value if isinstance(value, Secret) else Secret(value)


def _options(shown: analyzer_pb2.AnalyzerResourceOptions) -> Options:
    return Options(
        protect=shown.protect,
        delete_before_replace=shown.deleteBeforeReplace,
        ignore_changes=tuple(shown.ignoreChanges),
        additional_secret_outputs=tuple(sorted(shown.additionalSecretOutputs)),
        aliases=tuple(shown.aliases),
    )
