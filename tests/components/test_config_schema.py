"""The schema that editors read is the models' own, and it agrees with them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from components.config.keys import sort_keys
from components.config.schema import schema_text, stack_schema, waivers_schema
from components.config.yaml_positions import Marker, read_yaml
from tests.stack_keys import every_key

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
HAPPY = [ROOT / "Pulumi.sandbox.yaml", *sorted((DATA / "stacks").glob("*.yaml"))]
SCHEMA = json.loads((ROOT / "components" / "stack.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)

STRUCTURAL = [
    "cluster-and-from-stack",
    "empty",
    "fraction",
    "image",
    "key-of-another-kind",
    "kind",
    "label",
    "list-for-section",
    "missing-key",
    "mount",
    "no-cluster",
    "no-platform",
    "nothing-behind-key",
    "number-as-text",
    "number-in-quotes",
    "plain-text-kubeconfig",
    "plain-text-secret",
    "pod-security",
    "port-name",
    "provider",
    "schedule",
    "secret-name",
    "secret-without-keys",
    "snake-case",
    "team-list",
    "team-name",
    "team-without-section",
    "text-for-list",
    "too-few-connections",
    "unknown-key",
    "unknown-key-without-likeness",
    "unknown-section",
    "unknown-top-key",
    "variable-name",
    "version-as-number",
    "workload-name",
    "workload-name-length",
    "yaml-list",
    "yaml-text",
    "yes-for-true",
    "command-as-text",
]
"""Faults that a schema can see; the others are between keys, in quantities or in YAML itself."""


def plain(path: Path) -> Any:
    """A stack file as any other program would read it, encrypted values spelled out."""

    def spelled(value: Any) -> Any:
        if value is Marker.ENCRYPTED:
            return {"secure": "v1:AAAA"}
        if isinstance(value, dict):
            return {key: spelled(inner) for key, inner in value.items()}
        return [spelled(inner) for inner in value] if isinstance(value, list) else value

    return spelled(read_yaml(path.read_text(encoding="utf-8")).value)


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from nodes(inner)
    if isinstance(schema, list):
        for inner in schema:
            yield from nodes(inner)


def described(node: dict[str, Any]) -> bool:
    """By its own words, or by those of the section that it is."""
    name = node.get("$ref", "").rsplit("/", 1)[-1]
    words = node.get("description") or SCHEMA["$defs"].get(name, {}).get("description", "")
    return str(words).endswith(".")


def test_the_committed_schema_is_fresh() -> None:
    committed = (ROOT / "components" / "stack.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(stack_schema()), (
        "renew it: mlp explain --schema > components/stack.schema.json"
    )
    committed = (ROOT / "components" / "waivers.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(waivers_schema()), (
        "renew it: mlp explain waivers --schema > components/waivers.schema.json"
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema_rs.meta.validate(SCHEMA)


@pytest.mark.parametrize("path", HAPPY, ids=lambda path: path.stem)
def test_a_good_file_is_good_to_an_editor_too(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(path))] == []


@pytest.mark.parametrize("path", HAPPY, ids=lambda path: path.stem)
def test_a_good_file_names_the_schema_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    mark, _, reference = first.partition("$schema=")
    assert mark == "# yaml-language-server: "
    assert (path.parent / reference).resolve() == ROOT / "components" / "stack.schema.json"


@pytest.mark.parametrize("name", STRUCTURAL)
def test_an_editor_sees_what_it_can_see(name: str) -> None:
    assert not VALIDATOR.is_valid(plain(DATA / f"error.{name}.yaml"))


def test_no_good_file_has_a_key_of_its_own_that_the_schema_leaves_open() -> None:
    open_sections = [
        node
        for node in nodes(SCHEMA)
        if node.get("type") == "object" and "additionalProperties" not in node
    ]
    assert open_sections == []


def test_every_key_is_described_and_says_what_it_takes() -> None:
    undescribed = [
        key
        for node in nodes(SCHEMA["$defs"])
        for key, inner in node.get("properties", {}).items()
        if not described(inner)
    ]
    assert undescribed == []


def test_every_pattern_is_anchored() -> None:
    patterns = [node["pattern"] for node in nodes(SCHEMA) if isinstance(node.get("pattern"), str)]
    assert patterns
    assert [p for p in patterns if not (p.startswith("^") and p.endswith("$"))] == []


def test_every_key_there_is_stands_in_one_of_the_good_files() -> None:
    shown = {
        tuple(step for step in path if isinstance(step, str))
        for file in HAPPY
        for path in sort_keys(read_yaml(file.read_text(encoding="utf-8"))).document.lines
    }
    names = {path[:length] for path in shown for length in range(1, len(path) + 1)}

    def stands(path: tuple[str, ...]) -> bool:
        return any(
            len(name) == len(path)
            and all(want in ("x", have) for want, have in zip(path, name, strict=True))
            for name in names
        )

    other = {path for path in every_key() if path[0] == "waivers"}
    sealed = {("kubeconfig", "secure"), ("secrets", "x", "x", "x", "secure")} | other
    assert {path for path in every_key() if not stands(path)} <= sealed
