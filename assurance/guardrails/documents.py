"""Documents that resources of a cloud carry as JSON text, in one spelling.

AWS reads one word and a list of one word alike, and neither actions nor condition keys by case.
"""

import json
from collections.abc import Mapping
from typing import Any

from assurance.graph.resource import Marker, Secret

POLICIES = ("assumeRolePolicy", "policy")
"""Inputs that hold a policy of IAM."""
_OTHERS = ("configurationValues",)
_LOST = Secret(None)
_ACTIONS, _RESOURCES = ("Action", "NotAction"), ("Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")


def read(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, with each document as data; text that is none stays as it is.

    A secret that was written down, and read back, has lost its value: it is there, and not known.
    """
    inputs = {
        key: Marker.SECRET_UNKNOWN if value == _LOST else value for key, value in inputs.items()
    }
    found = {key: _parsed(inputs[key]) for key in (*POLICIES, *_OTHERS) if key in inputs}
    normal = {key: policy(found[key]) for key in POLICIES if isinstance(found.get(key), Mapping)}
    return {**inputs, **found, **normal}


def policy(document: Mapping[str, Any]) -> dict[str, Any]:
    """A policy of IAM: statements, actions, resources, principals and values in lists."""
    statements = listed(document.get("Statement"))
    return {
        **document,
        "Statement": [_statement(s) if isinstance(s, Mapping) else s for s in statements],
    }


def listed(value: Any) -> list[Any]:
    """One or many, as many."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _parsed(value: Any) -> Any:
    text = value.value if isinstance(value, Secret) else value
    if not isinstance(text, str):
        return text
    try:
        parsed = json.loads(text)
    except ValueError:
        return text
    return parsed if isinstance(parsed, Mapping) else text


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(statement)
    for key in _ACTIONS:
        if key in made:
            made[key] = [a.lower() if isinstance(a, str) else a for a in listed(made[key])]
    for key in _RESOURCES:
        if key in made:
            made[key] = listed(made[key])
    for key in _PRINCIPALS:
        if key in made:
            made[key] = _principals(made[key])
    if isinstance(made.get("Condition"), Mapping):
        made["Condition"] = {
            operator: _condition(values) for operator, values in made["Condition"].items()
        }
    return made


def _principals(stated: Any) -> Any:
    """`AWS:arn…`, `Service:pods.eks.amazonaws.com`; everybody is `*`."""
    if not isinstance(stated, Mapping):
        return listed(stated)
    named = [(kind, who) for kind, several in stated.items() for who in listed(several)]
    return ["*" if (kind, who) == ("AWS", "*") else f"{kind}:{who}" for kind, who in named]


def _condition(values: Any) -> Any:
    if not isinstance(values, Mapping):
        return values
    return {str(key).lower(): [_word(v) for v in listed(value)] for key, value in values.items()}


def _word(value: Any) -> Any:
    """`true` is spelled with and without quotes."""
    return str(value).lower() if isinstance(value, bool) else value
