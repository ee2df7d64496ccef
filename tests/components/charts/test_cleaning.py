import json
from collections.abc import Mapping
from typing import Any

import pytest

from components.charts.cleaning import RenderingError, read, terse, without_nulls
from tests.outside import DEFINITIONS

RENDERED = """
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: a, annotations: null}}
- {apiVersion: v1, kind: Service, metadata: {name: b, namespace: kube-system}}
---
# only a comment
---
apiVersion: v1
kind: Pod
metadata: {name: probe, annotations: {helm.sh/hook: test}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r}
rules: []
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: walls.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Wall, plural: walls}
  versions: [{name: v1, schema: {openAPIV3Schema: {properties: {op: {enum: [=, "!="]}}}}}]
---
{apiVersion: example.com/v1, kind: Wall, metadata: {name: w}, spec: {side: null, high: 0}}
"""


def test_namespaces_are_added_to_what_lives_in_one_and_to_nothing_else() -> None:
    rendered = read(RENDERED, "data", frozenset())
    found = {o["metadata"]["name"]: o["metadata"].get("namespace") for o in rendered.objects}
    assert found == {"a": "data", "b": "kube-system", "r": None, "w": None}


def test_tests_and_other_hooks_are_left_out_and_definitions_put_aside() -> None:
    rendered = read(RENDERED, "data", frozenset())
    assert "probe" not in {o["metadata"]["name"] for o in rendered.objects}
    assert [d["metadata"]["name"] for d in rendered.definitions] == ["walls.example.com"]


def test_a_choice_that_is_a_bare_equals_sign_is_text() -> None:
    (definition,) = read(RENDERED, "data", frozenset()).definitions
    schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert schema["properties"]["op"]["enum"] == ["=", "!="]


def test_keys_that_hold_nothing_are_gone_and_what_is_false_or_zero_stays() -> None:
    wall = next(o for o in read(RENDERED, "x", frozenset()).objects if o["kind"] == "Wall")
    assert wall["spec"] == {"high": 0}
    assert without_nulls({"a": [None, {"b": None}], "c": ""}) == {"a": [None, {}], "c": ""}


def test_what_is_no_object_is_named() -> None:
    with pytest.raises(RenderingError, match="just words"):
        read("just words", "x", frozenset())


def test_a_rendering_is_plain_json() -> None:
    rendered = read(RENDERED, "data", frozenset())
    assert json.loads(json.dumps(rendered.objects)) == list(rendered.objects)


def test_a_definition_loses_what_is_said_of_its_fields_and_no_field() -> None:
    """One of which is called `description`, and one that holds schemas by any name."""
    said = {"type": "object", "description": "…"}
    schema = {
        **said,
        "required": ["description"],
        "properties": {
            "description": {"type": "string", "description": "…", "default": "description"},
            "listed": {"type": "array", "items": {"anyOf": [said, {"not": said}]}},
            "mapped": {**said, "additionalProperties": {**said, "properties": {"items": said}}},
        },
    }
    bare = {"type": "object"}
    assert schema_of(terse(definition(schema))) == {
        **bare,
        "required": ["description"],
        "properties": {
            "description": {"type": "string", "default": "description"},
            "listed": {"type": "array", "items": {"anyOf": [bare, {"not": bare}]}},
            "mapped": {**bare, "additionalProperties": {**bare, "properties": {"items": bare}}},
        },
    }


@DEFINITIONS.needed()
def test_real_definitions_keep_every_field() -> None:
    looked_at = 0
    for file in sorted(DEFINITIONS.path.rglob("*.json")):
        real = json.loads(file.read_text("utf-8"))
        assert fields(terse(real)) == fields(real), file.name
        looked_at += 1
    assert looked_at > 50


def fields(value: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every place in a manifest but for words under `description`."""
    if isinstance(value, list):
        return {place for each in value for place in fields(each, (*path, "*"))}
    if not isinstance(value, dict):
        return {path}
    kept = (k for k, v in value.items() if k != "description" or not isinstance(v, str))
    return {path, *(place for key in kept for place in fields(value[key], (*path, key)))}


def definition(schema: dict[str, Any]) -> dict[str, Any]:
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}}
    return {"kind": "CustomResourceDefinition", "spec": {"versions": [version]}}


def schema_of(made: Mapping[str, Any]) -> Any:
    return made["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
