"""A team's limits: what it says, and what it leaves to the platform, must fit together."""

from collections.abc import Iterator
from typing import Any

from assurance.graph.values import dotted, quantity
from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.tenancy.defaults import ResolvedTeam, effective
from components.tenancy.section import TeamConfig
from providers.config.section import Section

_RESOURCES = ("cpu", "memory", "disk")
_ORDERED: tuple[tuple[Path, Path], ...] = (
    *((("containers", "requests", r), ("containers", "limits", r)) for r in _RESOURCES),
    *((("containers", "limits", r), ("containers", "maximum", r)) for r in _RESOURCES),
    *((("quota", r), ("quota", "limits", r)) for r in _RESOURCES),
)
"""Amounts of which the first must not be above the second."""


def defaults_fit(draft: Draft) -> Iterator[Problem]:
    """What the platform gives every team does not contradict itself."""
    if (defaults := draft.defaults()) is not None:
        yield from _disordered(("platform", "teams"), defaults, effective(TeamConfig(), defaults))


def team_amounts_fit(draft: Draft) -> Iterator[Problem]:
    """What a team says does not contradict what it leaves to the platform."""
    for team, resolved in resolved_teams(draft):
        yield from _disordered(("teams", team), draft.teams[team], resolved)


def resolved_teams(draft: Draft) -> Iterator[tuple[str, ResolvedTeam]]:
    """The teams whose limits can be known from the file."""
    if (defaults := draft.defaults()) is None:
        return
    for team, config in draft.teams.items():
        if draft.whole("teams", team, "quota") and draft.whole("teams", team, "containers"):
            yield team, effective(config, defaults)


def _disordered(root: Path, words: Section, resolved: ResolvedTeam) -> Iterator[Problem]:
    """Pairs in the wrong order, shown at the amount that these words have set."""
    for low, high in _ORDERED:
        less, more = _value(resolved, low), _value(resolved, high)
        if quantity(less) <= quantity(more):
            continue
        if _said(words, low):
            message = f"expected at most {dotted(high)} ({more}), got {less}"
            yield Problem(path=(*root, *low), message=message)
        elif _said(words, high):
            message = f"expected at least {dotted(low)} ({less}), got {more}"
            yield Problem(path=(*root, *high), message=message)


def _value(resolved: ResolvedTeam, path: Path) -> str:
    value: Any = resolved
    for step in path:
        value = getattr(value, str(step))
    return str(value)


def _said(words: Any, path: Path) -> bool:
    for step in path:
        if not isinstance(words, Section) or str(step) not in words.model_fields_set:
            return False
        words = getattr(words, str(step))
    return words is not None
