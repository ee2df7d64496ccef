"""A folder of plain YAML and JSON becomes a graph."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import gvk, kubernetes_type
from assurance.graph.readers.annotations import config_key
from assurance.graph.resource import Origin, Resource, Secret

_SUFFIXES = {".yaml", ".yml", ".json"}
_CLIENT_SIDE = {"kustomize.config.k8s.io"}
"""Groups whose documents are for a tool, not for the API server."""


class ManifestsError(Exception):
    """A file that cannot be read, or two that describe one object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A document, or an item of a List, and where it stands."""

    value: Any
    place: str


def read_manifests(
    directory: Path, *, name: str | None = None, say: Callable[[str], None] = lambda _note: None
) -> Graph:
    """Every object in a folder and below it; `say` gets a note on each thing passed over."""
    if not directory.is_dir():
        message = f"{directory}: expected a folder of manifests"
        raise ManifestsError(message)
    stack = name or directory.resolve().name
    seen: dict[tuple[str, ...], str] = {}
    resources: list[Resource] = []
    for found in _documents(directory):
        if (fault := _no_manifest(found.value)) is not None:
            say(f"{found.place}: passed over: {fault}")
            continue
        resource = _resource(found, stack)
        other = seen.setdefault(_identity(found.value), found.place)
        if other != found.place:
            message = f"{found.place}: {resource.name} is already described in {other}"
            raise ManifestsError(message)
        resources.append(resource)
    return graph_of(resources, stack=stack, mode="manifests")


def _documents(directory: Path) -> Iterator[_Found]:
    for path in sorted(directory.rglob("*")):
        below = path.relative_to(directory)
        if path.suffix not in _SUFFIXES or any(part.startswith(".") for part in below.parts):
            continue
        if path.is_file():
            yield from _of_file(path, str(below))


def _of_file(path: Path, shown: str) -> Iterator[_Found]:
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        while (node := _next(loader)) is not None:
            yield from _spread(loader.construct_document(node), node, shown)
    except (OSError, UnicodeDecodeError) as error:
        message = f"{shown}: cannot be read: {error}"
        raise ManifestsError(message) from None
    except yaml.YAMLError as error:
        raise ManifestsError(_fault(error, shown)) from None


def _next(loader: "_Loader") -> yaml.Node | None:
    return loader.get_node() if loader.check_node() else None


def _spread(value: Any, node: yaml.Node, shown: str) -> Iterator[_Found]:
    """The document itself, or what its List holds; empty documents are nothing."""
    if value is None:
        return
    items = value.get("items") if isinstance(value, dict) else None
    if isinstance(items, list) and str(value.get("kind", "")).endswith("List"):
        for item, child in zip(items, _items(node), strict=True):
            yield from _spread(item, child, shown)
    else:
        yield _Found(value=value, place=f"{shown}:{node.start_mark.line + 1}")


def _items(node: yaml.Node) -> list[yaml.Node]:
    for key, child in node.value:
        if key.value == "items":
            children: list[yaml.Node] = child.value
            return children
    return []


def _no_manifest(value: Any) -> str | None:
    """Why a document is not an object for the API server, if it is not."""
    if not isinstance(value, Mapping):
        return "expected a mapping"
    for key in ("apiVersion", "kind"):
        if not isinstance(value.get(key), str):
            return f"no {key}, so no Kubernetes object"
    if gvk(value["apiVersion"], value["kind"]).group in _CLIENT_SIDE:
        return f"{value['kind']} is for kustomize: render it first"
    metadata = value.get("metadata")
    names = metadata if isinstance(metadata, Mapping) else {}
    if not isinstance(names.get("name"), str) and not isinstance(names.get("generateName"), str):
        return "no metadata.name, so no Kubernetes object"
    return None


def _identity(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    kind = gvk(manifest["apiVersion"], manifest["kind"])
    return kind.group, kind.kind, _path(manifest)


def _path(manifest: Mapping[str, Any]) -> str:
    metadata = manifest["metadata"]
    name = metadata.get("name") or f"{metadata['generateName']}*"
    namespace = metadata.get("namespace")
    return f"{namespace}/{name}" if namespace else str(name)


def _resource(found: _Found, stack: str) -> Resource:
    manifest = found.value
    kind = kubernetes_type(gvk(manifest["apiVersion"], manifest["kind"]))
    name = _path(manifest)
    return Resource(
        urn=f"urn:pulumi:{stack}::manifests::{kind}::{name}",
        type=kind,
        name=name,
        parent=None,
        provider=None,
        inputs=_hidden(manifest),
        origin=Origin(config=config_key(manifest), source=found.place),
    )


def _hidden(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a Secret holds is kept, and never shown."""
    if (manifest["apiVersion"], manifest["kind"]) != ("v1", "Secret"):
        return manifest
    return {k: Secret(v) if k in {"data", "stringData"} else v for k, v in manifest.items()}


def _fault(error: yaml.YAMLError, shown: str) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"{shown}:{mark.line + 1}" if mark is not None else shown
    return f"{place}: not YAML: {getattr(error, 'problem', None) or error}"


class _Loader(yaml.CSafeLoader):
    """YAML as Kubernetes' own tools read it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Refuse a key that stands twice: it is a mistake, not a choice."""
        seen: set[str] = set()
        scalars = (key for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        for key in scalars:
            if key.value in seen and key.tag != _MERGE:
                problem = f"the key {key.value} stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_MERGE = "tag:yaml.org,2002:merge"
_NUMBERS = {
    "tag:yaml.org,2002:int": r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$",
    "tag:yaml.org,2002:float": r"[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$",
}
"""Python's own reader misses 1e3, and takes 1:30 for a number to the base of sixty."""
_OTHERWISE = {*_NUMBERS, "tag:yaml.org,2002:timestamp"}
"""Days and times stay text."""

_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag not in _OTHERWISE]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _form in _NUMBERS.items():
    _Loader.add_implicit_resolver(_tag, re.compile(_form), list("-+.0123456789"))
