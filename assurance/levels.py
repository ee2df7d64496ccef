"""How strictly a stack is judged: `policies/levels/<stack>.json`, and nowhere else.

The file gives a level to rules by name, in the format of the engine's `--policy-pack-config`. A
name is a guardrail's, a proof's, one rule's within a proof, `all`, or `unknown`.
"""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from assurance.graph.values import Level
from assurance.guardrails.guardrail import Severity
from assurance.guardrails.rules import EVERY as GUARDRAILS
from assurance.proofs.guardrails import PROOF as GUARDRAIL
from assurance.proofs.registry import PROOFS

ALL = "all"
"""The level of every rule that the file does not name."""
UNKNOWN = "unknown"
"""What it means that something which is mandatory cannot be decided."""

_UNSTATED = frozenset({"capacity/pools-not-stated", "governance/unverified-pin", "order/no-order"})
"""Files state neither nodes nor order, nor does a laptop's stack wait until somebody has seen every
chart: that is said, and fails nobody unless a level says so."""

Levels = Mapping[str, Level]


class LevelsError(ValueError):
    """A file of levels that cannot be followed; all faults, one a line."""


@cache
def names() -> tuple[str, ...]:
    """Every name that may have a level; rules within a proof are `<proof>/<rule>`."""
    return (ALL, UNKNOWN, *PROOFS, *(each.name for each in GUARDRAILS))


def levels_path(root: Path, stack: str) -> Path:
    """Where a stack's levels are."""
    return root / "policies" / "levels" / f"{stack}.json"


def levels_at(path: Path) -> dict[str, Level]:
    """What the file says; without a file every rule has its default."""
    if not path.is_file():
        return {}
    where = "/".join(path.parts[-3:])
    try:
        text = path.read_text(encoding="utf-8")
    except (ValueError, OSError) as error:
        message = f"{where}: {error}"
        raise LevelsError(message) from None
    return levels_of(text, where)


def levels_of(text: str, where: str) -> dict[str, Level]:
    """What the text of such a file says; `where` is the file, for messages."""
    try:
        stated = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        message = f"{where}: {error}"
        raise LevelsError(message) from None
    if not isinstance(stated, dict):
        message = f"{where}: expected an object of rules and their levels"
        raise LevelsError(message)
    faults = [f"{where}: {key}: {fault}" for key, fault in _faults(stated)]
    if faults:
        raise LevelsError("\n".join(faults))
    return {name: Level(_word(level)) for name, level in stated.items()}


def level_of(levels: Levels, rule: str, *, unknown: bool = False) -> Level:
    """What it means here that a rule is broken, or cannot be decided.

    The nearest name counts: the rule's, its proof's, `all`. Where none is stated, little harm is
    advice, and anything else forbids. What cannot be decided is never passed over: where that is
    allowed, it is still said.
    """
    proof, _, name = rule.partition("/")
    near = (rule, name if proof == GUARDRAIL else rule, proof, ALL)
    default = Level.ADVISORY if near[1] in _lenient() else Level.MANDATORY
    level = next((levels[name] for name in near if name in levels), default)
    if unknown and level is Level.MANDATORY:
        allowed = levels.get(UNKNOWN, levels.get(ALL, level)) is not Level.MANDATORY
        return Level.ADVISORY if allowed else level
    return level


@cache
def _lenient() -> frozenset[str]:
    return _UNSTATED | {each.name for each in GUARDRAILS if each.severity is Severity.LOW}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = {key for key, _ in pairs if [name for name, _ in pairs].count(key) > 1}
    if twice:
        message = f"{', '.join(sorted(twice))}: stated twice"
        raise ValueError(message)
    return dict(pairs)


def _word(level: Any) -> Any:
    """A level may be spelled in the engine's longer form: `{"enforcementLevel": "advisory"}`."""
    long = isinstance(level, Mapping) and level.keys() == {"enforcementLevel"}
    return level["enforcementLevel"] if long else level


def _faults(stated: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key, level in stated.items():
        proof, within, _ = key.partition("/")
        if key not in names() and not (within and proof in PROOFS and proof != GUARDRAIL):
            near = get_close_matches(key, names(), n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(names())}"
            yield key, f"no such rule{hint}"
            continue
        possible = [each.value for each in Level if (key, each) != (UNKNOWN, Level.DISABLED)]
        if _word(level) not in possible:
            choice = f"{', '.join(possible[:-1])} or {possible[-1]}"
            yield key, f"expected {choice}, got {json.dumps(level)}"
