"""How strictly a stack is judged: `levels/<stack>.json`, and nowhere else."""

import json
from pathlib import Path
from typing import Any

from pulumi_policy import EnforcementLevel

Levels = dict[str, EnforcementLevel | dict[str, Any]]


def levels(pack: Path, stack: str | None) -> Levels:
    """A stack's levels, by policy; a stack without a file is judged with all strictness.

    The file has the format of `--policy-pack-config`, and is found without it as well.
    """
    path = pack / "levels" / f"{stack}.json"
    if not stack or not path.exists():
        return {}
    return {name: _level(value) for name, value in json.loads(path.read_text()).items()}


def _level(value: str | dict[str, Any]) -> EnforcementLevel | dict[str, Any]:
    if isinstance(value, str):
        return EnforcementLevel(value)
    if "enforcementLevel" in value:
        return {**value, "enforcementLevel": EnforcementLevel(value["enforcementLevel"])}
    return value
