"""Our closed schemas, and the custom resources that we write, beside upstream's definitions."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from assurance.graph.values import Gvk
from components.manifests import faults
from components.manifests.custom import KINDS
from components.manifests.custom.definitions import definition_name
from tests.outside import DEFINITIONS
from tests.rehearsed import ROOT, STACK_FILES, graphs

_CHOICES = ("allOf", "anyOf", "oneOf", "not")
"""They choose among fields that are listed elsewhere."""
OTHERS = tuple(ROOT / "tests/data/stacks" / f"Pulumi.{name}.yaml" for name in ("everything", "own"))


def test_every_custom_resource_that_we_write_is_as_our_own_schemas_ask_for() -> None:
    looked = [faults(manifest) for _, manifest in written()]
    assert len(looked) >= len(KINDS)
    assert not any(looked)


@DEFINITIONS.needed()
def test_every_custom_resource_that_we_write_is_as_upstream_asks_for() -> None:
    seen = 0
    for gvk, manifest in written():
        if (definition := upstream(gvk)) is not None:
            errors = definition.iter_errors(manifest)
            assert [f"{e.instance_path}: {e.message}" for e in errors] == [], manifest
            seen += 1
    assert seen >= 3, seen


def test_every_custom_kind_that_we_know_is_written_by_some_stack() -> None:
    assert {gvk for gvk, _ in written()} == set(KINDS)


@DEFINITIONS.needed()
def test_a_field_that_upstream_does_not_know_is_found() -> None:
    tried = 0
    for gvk, manifest in written():
        if (definition := upstream(gvk)) is not None:
            wrong = {**manifest, "spec": {**manifest["spec"], "nobodyKnowsThis": 1}}
            assert not definition.is_valid(wrong), gvk
            assert faults(wrong), gvk
            tried += 1
    assert tried >= 3, tried


def written() -> Iterator[tuple[Gvk, dict[str, Any]]]:
    """Every custom resource of ours in any stack."""
    for graph in graphs(*STACK_FILES, *OTHERS).values():
        for item in graph.objects():
            if item.gvk in KINDS:
                yield item.gvk, dict(item.manifest)


@cache
def upstream(gvk: Gvk) -> Any:
    """A validator that takes no field beyond those listed, if upstream has defined the kind."""
    if (defined := definitions().get((definition_name(gvk), gvk.version))) is None:
        return None
    schema = strict(defined)
    schema["properties"]["metadata"] = {"type": "object"}
    return jsonschema_rs.validator_for(schema)


@cache
def definitions() -> dict[tuple[str, str], Any]:
    """Upstream's schemas by the definition's name and version."""
    read = (json.loads(file.read_text("utf-8")) for file in DEFINITIONS.path.rglob("*.json"))
    return {
        (definition["metadata"]["name"], version["name"]): version["schema"]["openAPIV3Schema"]
        for definition in read
        for version in definition["spec"]["versions"]
    }


def strict(schema: Any) -> Any:
    """As an API server with strict field validation judges, but for its expressions."""
    if not isinstance(schema, dict):
        return schema
    made = {
        key: value if key in _CHOICES else strict(value)
        for key, value in schema.items()
        if not key.startswith("x-") and key not in {"format", "properties"}
    }
    properties = schema.get("properties", {})
    made["properties"] = {name: strict(each) for name, each in properties.items()}
    closed = "properties" in schema and "additionalProperties" not in schema
    if closed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made["additionalProperties"] = False
    return made
