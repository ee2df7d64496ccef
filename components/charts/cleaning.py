"""From what helm prints to objects that can be registered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from components.manifests import Manifest
from components.manifests.keys import gvk_of
from components.manifests.kinds import CLUSTER_SCOPED

_HOOK = "helm.sh/hook"
_DEFINITION = "CustomResourceDefinition"
_NAMING = frozenset({"definitions", "patternProperties", "properties"})
"""In a schema: what holds schemas by names that are anybody's."""
_HOLDING = frozenset({"additionalProperties", "allOf", "anyOf", "items", "not", "oneOf"})
"""In a schema: what is another one, or several."""


class _Loader(yaml.CSafeLoader):
    """Takes a bare `=`, which YAML 1.1 gives a meaning and some CRDs list as a choice."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


class RenderingError(ValueError):
    """What helm printed is not what a chart makes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A chart's objects, apart from the kinds that it defines."""

    objects: tuple[Manifest, ...]
    definitions: tuple[Manifest, ...]


def read(text: str, namespace: str, custom_cluster_scoped: frozenset[str]) -> Rendered:
    """Take out hooks and nulls, add namespaces that are missing, put definitions aside, terse.

    `custom_cluster_scoped` are custom kinds, as `Kind.group`, that live in no namespace.
    """
    objects = [each for each in _documents(text) if not _is_hook(each)]
    definitions = [each for each in objects if each["kind"] == _DEFINITION]
    scoped = custom_cluster_scoped | {
        f"{each['spec']['names']['kind']}.{each['spec']['group']}"
        for each in definitions
        if each["spec"].get("scope") == "Cluster"
    }
    return Rendered(
        objects=tuple(
            _placed(each, namespace, scoped) for each in objects if each["kind"] != _DEFINITION
        ),
        definitions=tuple(map(terse, definitions)),
    )


def terse(definition: Manifest) -> Manifest:
    """The same kind without the words about its fields: they are most of it, and of a state."""
    versions = [_terse_version(each) for each in definition["spec"].get("versions") or ()]
    return {**definition, "spec": {**definition["spec"], "versions": versions}}


def _terse_version(version: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = (version.get("schema") or {}).get("openAPIV3Schema")
    if schema is None:
        return version
    return {**version, "schema": {"openAPIV3Schema": _terse_schema(schema)}}


def _terse_schema(schema: Any) -> Any:
    """A field may be called `description` itself."""
    if isinstance(schema, list):
        return [_terse_schema(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {}
    for key, inner in schema.items():
        if key in _NAMING:
            found[key] = {name: _terse_schema(each) for name, each in inner.items()}
        elif key in _HOLDING:
            found[key] = _terse_schema(inner)
        elif key != "description":
            found[key] = inner
    return found


def without_nulls(value: Any) -> Any:
    """The same without keys that hold nothing: a custom resource is refused for one."""
    if isinstance(value, Mapping):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


def _documents(text: str) -> Iterator[Manifest]:
    for document in yaml.load_all(text, Loader=_Loader):
        for each in _flat(document):
            if not isinstance(each, Mapping) or "kind" not in each or "metadata" not in each:
                message = f"expected an object with kind and metadata, got {str(each)[:80]}"
                raise RenderingError(message)
            yield without_nulls(each)


def _flat(document: Any) -> Iterable[Any]:
    """The items of a List; nothing of an empty document."""
    if document is None:
        return ()
    if isinstance(document, Mapping) and str(document.get("kind", "")).endswith("List"):
        return document.get("items") or ()
    return (document,)


def _is_hook(manifest: Manifest) -> bool:
    """A chart's tests are hooks as well."""
    return _HOOK in manifest["metadata"].get("annotations", {})


def _placed(manifest: Manifest, namespace: str, scoped: frozenset[str]) -> Manifest:
    metadata = dict(manifest["metadata"])
    gvk = gvk_of(manifest)
    if (gvk.group, gvk.kind) not in CLUSTER_SCOPED and f"{gvk.kind}.{gvk.group}" not in scoped:
        metadata.setdefault("namespace", namespace)
    return {**manifest, "metadata": metadata}
