"""From a stack file's plain values to models; what is whole is kept where something else is not."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.config.models import Platform, SecretKeys
from components.config.validation import problems_of
from components.config.wording import shown
from components.config.yaml_positions import Marker, encrypted_paths
from components.tenancy.section import TeamConfig

_NO_PLATFORM = "expected a section with cluster (or from_stack), got nothing"
_IN_PLAIN = "is encrypted here, but is read as plain text: move it to ml-platform:secrets"
_ITEMS = (
    ("teams", None, "workloads"),
    ("platform", "cluster", "pools"),
    ("platform", "cluster", "endpoints"),
)
"""Sections whose entries stand alone: one that is wrong does not take the others with it."""


def read_sections(
    values: Mapping[str, Any], name: str, directory: FilePath
) -> tuple[Draft, list[Problem]]:
    """Models of everything that can be read, and what is wrong with the rest."""
    reading = _Reading()
    platform = None
    if values.get("platform") is None:
        reading.problems.append(Problem(path=("platform",), message=_NO_PLATFORM))
        reading.broken.add(("platform",))
    else:
        platform = reading.model(_platform_adapter(), values["platform"], ("platform",))
    teams = {}
    for team, value in reading.section(values.get("teams", {}), ("teams",)).items():
        if (model := reading.model(_team_adapter(), value, ("teams", team))) is not None:
            teams[team] = model
    draft = Draft(
        name=name,
        directory=directory,
        platform=platform,
        teams=teams,
        secrets=reading.secrets(values.get("secrets", {})),
        broken=frozenset(reading.broken),
    )
    return draft, [*reading.problems, *_kubeconfig(values.get("kubeconfig", Marker.ENCRYPTED))]


class _Reading:
    """Collects what is wrong while the parts are read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.broken: set[Path] = set()

    def model(self, adapter: TypeAdapter[Any], value: Any, path: Path) -> Any:
        """The model, without the parts that are wrong; None if nothing is left."""
        hidden = {(*path, *inside) for inside in encrypted_paths(value)}
        self.problems += [
            Problem(path=place, message=_IN_PLAIN) for place in sorted(hidden, key=str)
        ]
        parts = {_part(place) for place in hidden}
        for _ in range(2):
            self.broken |= parts
            if path in parts:
                return None
            whole = _without(value, path, parts)
            try:
                return adapter.validate_json(json.dumps(whole), strict=True)
            except ValidationError as error:
                found = problems_of(error, whole, path)
                self.problems += found
                parts |= {_part(problem.path) for problem in found}
        self.broken.add(path)
        return None

    def section(self, value: Any, path: Path) -> Mapping[str, Any]:
        """A section of named entries."""
        if isinstance(value, Mapping):
            return value
        message = f"expected names with a section each, got {shown(value)}"
        self.problems.append(Problem(path=path, message=message))
        self.broken.add(path)
        return {}

    def secrets(self, value: Any) -> SecretKeys:
        """Names and keys of the secrets; every value has to be an encrypted one."""
        teams: dict[str, dict[str, tuple[str, ...]]] = {}
        for team, secrets in self.section(value, ("secrets",)).items():
            teams[team] = {}
            for secret, keys in self.section(secrets, ("secrets", team)).items():
                path = ("secrets", team, secret)
                teams[team][secret] = tuple(self.section(keys, path))
                for key, text in self.section(keys, path).items():
                    if text is not Marker.ENCRYPTED:
                        self.problems.append(
                            Problem(path=(*path, key), message=_must_be_encrypted((*path, key)))
                        )
        return teams


def _kubeconfig(value: Any) -> list[Problem]:
    if value is Marker.ENCRYPTED:
        return []
    return [Problem(path=("kubeconfig",), message=_must_be_encrypted(("kubeconfig",)))]


def _must_be_encrypted(path: Path) -> str:
    first, *rest = (str(step) for step in path)
    option = " --path" if rest else ""
    key = f"ml-platform:{'.'.join((first, *rest))}"
    return f"must be encrypted, and is plain text: pulumi config set --secret{option} '{key}'"


def _part(path: Path) -> Path:
    """The smallest part that can be left out: an entry by name, else a whole field."""
    for section in _ITEMS:
        named = path[: len(section)]
        if len(path) > len(section) and all(
            want in (None, have) for want, have in zip(section, named, strict=True)
        ):
            return path[: len(section) + 1]
    return path[:3]


def _without(value: Any, path: Path, parts: set[Path]) -> Any:
    """A copy of plain values that lacks some parts."""
    if not isinstance(value, Mapping):
        return value
    return {
        key: _without(inner, (*path, key), parts)
        for key, inner in value.items()
        if (*path, key) not in parts
    }


@cache
def _platform_adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Platform)


@cache
def _team_adapter() -> TypeAdapter[TeamConfig]:
    return TypeAdapter(TeamConfig)
