"""The JSON Schema of a stack file, generated from the models: editors and messages read it."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from components.config.models import Platform
from components.tenancy.section import TeamConfig
from components.waivers import WaiverConfig
from providers.config.scalars import DnsLabel, FileKey
from providers.config.section import Section

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Encrypted(Section):
    """A value that `pulumi config set --secret` has encrypted."""

    model_config = ConfigDict(json_schema_extra={"errorMessage": "an encrypted value"})

    secure: str
    """What Pulumi has written; nobody edits it."""


class _Sections(BaseModel):
    """Everything that is configured under the project's own name."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    platform: Platform
    """The platform that teams stand on: a cluster of this stack, or another stack's platform."""
    teams: Mapping[DnsLabel, TeamConfig] = {}
    """The teams, by name; a team's name is its namespace."""
    waivers: tuple[WaiverConfig, ...] = ()
    """Findings of proofs that somebody answers for until a day."""
    secrets: Mapping[DnsLabel, Mapping[DnsLabel, Mapping[FileKey, Encrypted]]] = {}
    """Secrets of teams: team, Secret, key. Each becomes a Secret in the team's namespace."""
    kubeconfig: Encrypted
    """How an existing cluster is reached; else the file that `$KUBECONFIG` names."""


_PULUMIS_OWN: Mapping[str, Any] = {
    "secretsprovider": {"type": "string", "description": "Pulumi's: what encrypts secrets."},
    "encryptedkey": {"type": "string", "description": "Pulumi's: the data key, encrypted."},
    "encryptionsalt": {"type": "string", "description": "Pulumi's: goes with the passphrase."},
    "environment": {"description": "Pulumi's: environments to import."},
}


@cache
def stack_schema() -> Mapping[str, Any]:
    """The whole file: Pulumi's own keys, and ours with and without their namespace."""
    generated = TypeAdapter(_Sections).json_schema()
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


def schema_text() -> str:
    """The schema as it is kept beside the models."""
    return json.dumps(stack_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Without what nobody reads, and closed where only the names of keys are open."""
    if isinstance(node, list):
        return [_tidy(inner) for inner in node]
    if not isinstance(node, Mapping):
        return node
    tidy = {key: _tidy(inner) for key, inner in node.items() if not _noise(key, inner)}
    if "default" in tidy:
        tidy["default"] = _said(tidy["default"])
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    choices = [choice for choice in tidy.pop("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **tidy}
    return {**tidy, "anyOf": choices} if choices else tidy


def _said(default: Any) -> Any:
    """A default without the keys that have none."""
    if not isinstance(default, Mapping):
        return default
    return {key: _said(value) for key, value in default.items() if value is not None}


def _noise(key: str, value: Any) -> bool:
    """Titles repeat the key; a default of nothing is none."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
