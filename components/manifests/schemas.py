"""The schemas of the pinned Kubernetes version, compiled one kind at a time when first needed.

They come from kubernetes-validate's data files; none of its code is imported. A few facts that the
published schemas leave to prose (what a quantity, a label or a port number looks like) are written
into them here, so that one compiled pass checks everything.
"""

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import jsonschema_rs

from assurance.graph.values import Gvk
from components.manifests import kinds
from components.manifests.choices import CHOICES
from components.manifests.custom import KINDS, CustomKind

VERSION: Final = "1.35"
"""Kubernetes, as every stack runs it."""

Schema = dict[str, Any]

_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_CORE = "io.k8s.api.core.v1."
_LABEL = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_DNS_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"

QUANTITY = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$"
LABEL_KEY = rf"^({_DOMAIN}/)?{_LABEL}$"
LABEL_VALUE = rf"^({_LABEL})?$"
DNS_LABEL = rf"^{_DNS_LABEL}$"
DATA_KEY = r"^[-._a-zA-Z0-9]+$"

WORDING: Final = MappingProxyType(
    {
        QUANTITY: "a quantity such as 500m, 2 or 1.5Gi",
        LABEL_KEY: "a label key such as app or example.com/app, at most 63 characters after the /",
        LABEL_VALUE: "at most 63 letters, digits, -, _ and ., a letter or digit at both ends",
        DNS_LABEL: "at most 63 of a-z, 0-9 and -, a letter or digit at both ends",
        DATA_KEY: "a key of letters, digits, -, _ and .",
    }
)
"""What each pattern means."""

_LABELS: Schema = {"propertyNames": {"pattern": LABEL_KEY}}
_VALUES: Schema = {"additionalProperties": {"type": ["string", "null"], "pattern": LABEL_VALUE}}
_KEYS: Schema = {"propertyNames": {"pattern": DATA_KEY, "maxLength": 253}}
_PORT: Schema = {"minimum": 1, "maximum": 65535}
_NAME: Schema = {"pattern": DNS_LABEL}

_ADDED: Final[dict[str, dict[str, Schema]]] = {
    f"{_META}ObjectMeta": {"labels": _LABELS | _VALUES, "annotations": _LABELS},
    f"{_META}LabelSelector": {"matchLabels": _LABELS | _VALUES},
    f"{_CORE}ConfigMap": {"data": _KEYS, "binaryData": _KEYS},
    f"{_CORE}Secret": {"data": _KEYS, "stringData": _KEYS},
    f"{_CORE}Container": {"name": _NAME},
    f"{_CORE}ContainerPort": {"containerPort": _PORT, "hostPort": {"minimum": 0, "maximum": 65535}},
    f"{_CORE}PodSpec": {"nodeSelector": _LABELS | _VALUES},
    f"{_CORE}ServicePort": {"port": _PORT, "nodePort": {"minimum": 0, "maximum": 65535}},
    f"{_CORE}ServiceSpec": {"selector": _LABELS | _VALUES},
    f"{_CORE}Volume": {"name": _NAME},
}
"""By definition and property: what is true beyond the published schema."""

_REPLACED: Final[dict[str, Schema]] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "type": ["string", "number"],
        "pattern": QUANTITY,
    },
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer"]},
}
"""Said plainly, so that a fault is a plain fault."""


def published() -> Schema:
    """The schema file as it was published."""
    spec = importlib.util.find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        message = "kubernetes-validate is not installed, and with it the schemas of Kubernetes"
        raise RuntimeError(message)
    folder = Path(spec.submodule_search_locations[0], "kubernetes-json-schema")
    file = folder / f"v{VERSION}.0-local-strict" / "_definitions.json"
    document: Schema = json.loads(file.read_bytes())
    return document


@cache
def definitions() -> Mapping[str, Schema]:
    """Every definition by name, with our additions."""
    found: dict[str, Schema] = published()["$defs"] | _REPLACED
    for name, additions in _ADDED.items():
        properties = found[name]["properties"]
        for field, more in additions.items():
            properties[field] = properties[field] | more
    for place, values in CHOICES.items():
        name, _, field = place.rpartition(".")
        properties = found[name]["properties"]
        properties[field] = _one_of(properties[field], values)
    return found


@cache
def built_in() -> Mapping[Gvk, str]:
    """The name of the definition of every kind that can be registered."""
    found = {}
    for name, schema in definitions().items():
        metadata = schema.get("properties", {}).get("metadata", {}).get("$ref", "")
        if not metadata.endswith(".ObjectMeta"):
            continue
        for entry in schema.get("x-kubernetes-group-version-kind", ()):
            if (entry["group"], entry["kind"]) not in kinds.NOT_KEPT:
                found[Gvk(**entry)] = name
    return found


def _one_of(schema: Schema, values: tuple[str, ...]) -> Schema:
    """The same schema with a closed list of values; of a list's items, if it is one."""
    if "items" in schema:
        return schema | {"items": _one_of(schema["items"], values)}
    return schema | {"enum": [*values, None]}


def is_namespaced(gvk: Gvk, custom: Mapping[Gvk, CustomKind] = KINDS) -> bool:
    """Whether objects of this kind live in a namespace."""
    known = custom.get(gvk)
    return known.namespaced if known else (gvk.group, gvk.kind) not in kinds.CLUSTER_SCOPED


@cache
def validator(gvk: Gvk) -> jsonschema_rs.Validator:
    """The compiled schema of a built-in kind."""
    return jsonschema_rs.validator_for(
        {"$ref": f"{_BASE}#/$defs/{built_in()[gvk]}"}, registry=_registry(), offline=True
    )


def custom_validator(kind: CustomKind) -> jsonschema_rs.Validator:
    """The compiled schema of a custom kind."""
    return _compiled(json.dumps(kind.schema, sort_keys=True))


_BASE = "https://kubernetes.io/api/_definitions.json"


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(_BASE, {"$id": _BASE, "$defs": definitions()})])


@cache
def _compiled(schema: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema, offline=True)
