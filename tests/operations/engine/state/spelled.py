"""States in a spelling in which two runs of one program are alike."""

import json
import re
from typing import Any

_CHOSEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHANCE = frozenset({"ciphertext", "created", "modified", "sourcePosition", "stackTrace", "time"})
_PROVIDERS = ("secrets_providers", "secretsProvider")


def plain(said: Any, directory: str) -> Any:
    """Without times, places, keys, and ids that are chosen by chance."""
    if isinstance(said, dict):
        kept = {key: plain(value, directory) for key, value in said.items() if key not in _CHANCE}
        return {key: _type(value) if key in _PROVIDERS else value for key, value in kept.items()}
    if isinstance(said, list):
        return [plain(value, directory) for value in said]
    if isinstance(said, str):
        return _CHOSEN.sub("…", said.replace(directory, "…"))
    return said


def by_name(deployment: dict[str, Any]) -> dict[str, Any]:
    """What a program registers at once has no order."""
    resources = deployment.get("resources") or []
    return {**deployment, "resources": sorted(resources, key=_spelled)}


def _spelled(resource: dict[str, Any]) -> str:
    return json.dumps(resource, sort_keys=True)


def _type(provider: Any) -> Any:
    return provider and {"type": provider["type"]}
