"""Intent on a cluster: a ConfigMap for each statement, where no team can write."""

import json
from collections.abc import Mapping
from typing import Any

from assurance.graph.intent_json import IntentError, Kind, Statement

NAMESPACE = "ml-platform"
"""The platform's own."""
KEY = "intent"
_OWN: Mapping[str, Kind] = {"platform-intent": "platform", "cluster-intent": "cluster"}
_PREFIXES: Mapping[str, Kind] = {"intent-": "team", "waivers-": "waivers"}
"""Followed by the team's name, or the stack's. No team can so take another's name."""


def intent_map(kind: Kind, name: str, intent: Mapping[str, Any]) -> dict[str, Any]:
    """The ConfigMap of one statement: one of all would not stay below 1 MiB."""
    own = next((own for own, its in _OWN.items() if its == kind), None)
    prefix = next((prefix for prefix, its in _PREFIXES.items() if its == kind), "")
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": own or f"{prefix}{name}", "namespace": NAMESPACE},
        "data": {KEY: json.dumps(intent, sort_keys=True)},
    }


def is_intent_map(namespace: Any, name: Any) -> bool:
    """Whether a ConfigMap's place says that it holds intent."""
    return namespace == NAMESPACE and (name in _OWN or str(name).startswith(tuple(_PREFIXES)))


def statement_of(manifest: Mapping[str, Any]) -> Statement:
    """What an intent's ConfigMap states."""
    name = str(manifest["metadata"]["name"])
    source = f"ConfigMap {NAMESPACE}/{name}"
    try:
        said = json.loads(manifest["data"][KEY])
    except (LookupError, TypeError, ValueError):
        message = f"{source}: expected JSON under the key {KEY}"
        raise IntentError(message) from None
    if name in _OWN:
        kind, whose = _OWN[name], name.partition("-")[0]
    else:
        prefix = next(prefix for prefix in _PREFIXES if name.startswith(prefix))
        kind, whose = _PREFIXES[prefix], name.removeprefix(prefix)
    return Statement(kind=kind, name=whose, said=said, source=source)
