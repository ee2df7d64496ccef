"""Clouds' resources with one thing about them changed: dropped, relaxed, opened, or gone."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.resource import Resource

Path = tuple[str | int, ...]
GONE = object()
_RELAXED = {
    "1": "0",
    "1.2": "1.0",
    "API": "CONFIG_MAP",
    "BucketOwnerEnforced": "ObjectWriter",
    "CanNotDelete": "NotSpecified",
    "Deny": "Allow",
    "Disabled": "Enabled",
    "Enabled": "Disabled",
    "Encrypted": "Plaintext",
    "IMMUTABLE": "MUTABLE",
    "KMS": "AES256",
    "None": "Blob",
    "TLS1_2": "TLS1_0",
    "TLSv1.2": "TLSv1",
    "aws:kms": "AES256",
    "false": "true",
    "on": "off",
    "required": "optional",
    "true": "false",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One change of one resource."""

    resource: Resource
    mutator: str
    path: Path
    value: Any

    @property
    def place(self) -> str:
        return ".".join(map(str, self.path)) or "."

    @property
    def kind(self) -> str:
        return self.resource.type.rpartition(":")[2]

    def __str__(self) -> str:
        shown = "gone" if self.value is GONE else repr(self.value)
        return f"{self.mutator} {self.kind} {self.resource.name} {self.place} → {shown[:60]}"

    def within(self, graph: Graph) -> Graph:
        """The graph with this change."""
        resources = dict(graph.resources)
        if not self.path:
            del resources[self.resource.urn]
            resources = {urn: _without(each, self.resource.urn) for urn, each in resources.items()}
        else:
            inputs = changed(self.resource.inputs, self.path, self.value)
            made_from = dict(self.resource.property_dependencies)
            if len(self.path) == 1:
                made_from.pop(str(self.path[0]), None)
            resources[self.resource.urn] = replace(
                self.resource, inputs=inputs, property_dependencies=made_from
            )
        return Graph(resources=resources, stack=graph.stack, mode=graph.mode)


def _without(resource: Resource, urn: str) -> Resource:
    """What is gone, nothing can be made from."""
    made_from = {k: urns - {urn} for k, urns in resource.property_dependencies.items()}
    return replace(
        resource,
        dependencies=resource.dependencies - {urn},
        property_dependencies={k: urns for k, urns in made_from.items() if urns},
    )


def mutants(resource: Resource) -> Iterator[Mutant]:
    """Every mutant of one resource."""
    for path, value in _nodes(resource.inputs, ()):
        yield Mutant(resource=resource, mutator="drop", path=path, value=GONE)
        for other in _relaxed(value):
            yield Mutant(resource=resource, mutator="relax", path=path, value=other)
        for other in _opened(path, value):
            if other == value:
                continue
            yield Mutant(resource=resource, mutator="open", path=path, value=other)
    yield Mutant(resource=resource, mutator="drop", path=(), value=GONE)


def changed(inputs: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The inputs with one change; documents are text again."""
    result: dict[str, Any] = _opened_up(copy.deepcopy(dict(inputs)))
    here: Any = result
    for step in path[:-1]:
        here = here[step]
    if value is GONE:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return {
        key: json.dumps(result[key]) if _is_document(inputs[key]) else result[key] for key in result
    }


def _nodes(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    if isinstance(value, Mapping):
        opened = value if path else _opened_up(dict(value))
        for key, item in opened.items():
            yield from _nodes(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nodes(item, (*path, index))


def _is_document(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("{")


def _opened_up(inputs: dict[str, Any]) -> dict[str, Any]:
    return {k: json.loads(v) if _is_document(v) else v for k, v in inputs.items()}


def _relaxed(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int():
            yield 0
        case str() if value in _RELAXED:
            yield _RELAXED[value]


def _opened(path: Path, value: Any) -> Iterator[Any]:
    key = path[-1]
    if isinstance(value, str) and value[:1].isdigit() and "/" in value and key != "cidrBlock":
        yield "0.0.0.0/0"
    if key in {"Action", "Resource", "Principal"}:
        yield "*"
    if key == "roleDefinitionId":
        yield f"{value.rpartition('/')[0]}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
