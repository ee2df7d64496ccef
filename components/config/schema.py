"""The JSON Schema of a stack file, generated from the models: editors and messages read it."""

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from components.config.models import Platform
from components.tenancy.section import TeamConfig
from components.waivers import WaiverConfig
from providers.config.scalars import DnsLabel, FileKey
from providers.config.section import Section

_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Encrypted(Section):
    """A value that `pulumi config set --secret` has encrypted."""

    model_config = ConfigDict(json_schema_extra={"errorMessage": "an encrypted value"})

    secure: str
    """What Pulumi has written; nobody edits it."""


class _Sections(BaseModel):
    """Everything that is configured under the project's own name."""

    model_config = ConfigDict(defer_build=True)

    platform: Platform
    """The platform that teams stand on: a cluster of this stack, or another stack's platform."""
    teams: Mapping[DnsLabel, TeamConfig] = {}
    """The teams, by name; a team's name is its namespace."""
    secrets: Mapping[DnsLabel, Mapping[DnsLabel, Mapping[FileKey, Encrypted]]] = {}
    """Secrets of teams: team, Secret, key. Each becomes a Secret in the team's namespace."""
    kubeconfig: Encrypted
    """How an existing cluster is reached; else the file that `$KUBECONFIG` names."""


class _Signed(Section):
    """waivers.yaml of the ml-platform project: it lies beside Pulumi.yaml."""

    model_config = ConfigDict(defer_build=True)

    waivers: tuple[WaiverConfig, ...] = ()
    """Findings that somebody answers for until a day."""


class _Documented(GenerateJsonSchema):
    """With the docstrings of fields, which only the schema's readers have to wait for."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """A model; a field's own description wins."""
        made = super().model_schema(schema)
        for base in reversed(schema["cls"].__mro__):
            if issubclass(base, BaseModel) and base is not BaseModel:
                told = _docstrings(base)
                for name in told.keys() & made["properties"].keys():
                    made["properties"][name].setdefault("description", told[name])
        return made


def _docstrings(model: type) -> Mapping[str, str]:
    """What stands below each field of a class."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    told = {}
    for field, below in pairwise(tree.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                told[name] = inspect.cleandoc(words)
    return told


_PULUMIS_OWN: Mapping[str, Any] = {
    "secretsprovider": {"type": "string", "description": "Pulumi's: what encrypts secrets."},
    "encryptedkey": {"type": "string", "description": "Pulumi's: the data key, encrypted."},
    "encryptionsalt": {"type": "string", "description": "Pulumi's: goes with the passphrase."},
    "environment": {"description": "Pulumi's: environments to import."},
}


@cache
def stack_schema() -> Mapping[str, Any]:
    """The whole file: Pulumi's own keys, and ours with and without their namespace."""
    generated = TypeAdapter(_Sections).json_schema(schema_generator=_Documented)
    definitions = {name: _tidy(node) for name, node in generated["$defs"].items()}
    sections = {name: _tidy(node) for name, node in generated["properties"].items()}
    short = {
        name: {"$ref": f"#/properties/config/properties/ml-platform:{name}"} for name in sections
    }
    config = {
        "type": "object",
        "description": "What the engine hands to the program.",
        "properties": {**{f"ml-platform:{name}": node for name, node in sections.items()}, **short},
        "patternProperties": {"^(?!ml-platform:)[^:]+:.+$": {"description": "Another program's."}},
        "additionalProperties": False,
        "anyOf": [{"required": ["ml-platform:platform"]}, {"required": ["platform"]}],
    }
    return {
        "$schema": _DRAFT,
        "title": "Stack file",
        "description": "Pulumi.<stack>.yaml of the ml-platform project.",
        "type": "object",
        "properties": {"config": config, **_PULUMIS_OWN},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }


@cache
def waivers_schema() -> Mapping[str, Any]:
    """The other file."""
    generated = TypeAdapter(_Signed).json_schema(schema_generator=_Documented)
    found: Mapping[str, Any] = _tidy(generated)
    return {"$schema": _DRAFT, "title": "Waivers", **found}


def schema_text(schema: Mapping[str, Any]) -> str:
    """A schema as it is kept beside the models."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Without what nobody reads, and closed where only the names of keys are open."""
    if isinstance(node, list):
        return [_tidy(inner) for inner in node]
    if not isinstance(node, Mapping):
        return node
    tidy = {_word(key, it): _tidy(it) for key, it in node.items() if not _noise(key, it)}
    if "default" in tidy:
        tidy["default"] = _said(tidy["default"])
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    choices = [choice for choice in tidy.pop("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **tidy}
    return {**tidy, "anyOf": choices} if choices else tidy


def _word(key: str, value: Any) -> str:
    """Bounds of what may be left out are in Pydantic's own words."""
    return _BOUNDS.get(key, key) if isinstance(value, int | float) else key


def _said(default: Any) -> Any:
    """A default without the keys that have none."""
    if not isinstance(default, Mapping):
        return default
    return {key: _said(value) for key, value in default.items() if value is not None}


def _noise(key: str, value: Any) -> bool:
    """Titles repeat the key; a default of nothing is none."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
