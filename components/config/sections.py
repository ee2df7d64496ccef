"""From a stack file's plain values to models; what is whole is kept where something else is not."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assurance.graph.values import dotted
from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.config.models import Platform, PlatformConfig, SecretKeys
from components.config.validation import Written, problems_of
from components.config.wording import shown
from components.config.yaml_positions import Marker, encrypted_paths
from components.tenancy.section import TeamConfig
from providers.config.scalars import DnsLabel, FileKey

_NO_PLATFORM = "expected a section with cluster (or from_stack), got nothing"
_IN_PLAIN = "is encrypted here, but is read as plain text: move it to ml-platform:secrets"
_ITEMS = (
    ("teams", None, "workloads"),
    ("teams", None, "models"),
    ("platform", "cluster", "pools"),
    ("platform", "cluster", "endpoints"),
)
"""Sections whose entries stand alone: one that is wrong does not take the others with it."""
_NOWHERE = ("0.0.0.0/32",)
_STAND_INS: Mapping[Path, Any] = {
    ("platform", "cluster", "provider"): "existing",
    ("platform", "cluster", "pools"): {"none": {"cpu": 1, "memory": "1Gi"}},
    ("platform", "cluster", "addresses"): dict.fromkeys(("pods", "services", "nodes"), _NOWHERE),
    ("platform", "registry", "repositories"): ("none",),
}
"""For what is wrong and cannot be left out, so that rules can speak of the rest of the cluster."""
_SECRET = ("secrets", "team", "secret")
_ATTEMPTS = 4
"""What is left after a part is taken out may be wrong for the lack of it, and so on; such
follow-on faults are not a person's, so only the first attempt's are told."""


def read_sections(
    values: Mapping[str, Any], texts: Mapping[Path, str], file: FilePath, directory: FilePath
) -> tuple[Draft, list[Problem]]:
    """Models of everything that can be read, and what is wrong with the rest."""
    reading = _Reading(Written(data=values, texts=texts))
    platform = None
    if values.get("platform") is None:
        reading.problems.append(Problem(path=("ml-platform:platform",), message=_NO_PLATFORM))
    else:
        platform = reading.model(_platform_adapter(), ("platform",))
    teams = {}
    for team in reading.section(("teams",), _label_adapter()):
        if (model := reading.model(_team_adapter(), ("teams", team))) is not None:
            teams[team] = model
    secrets = reading.secrets()
    if values.get("kubeconfig", Marker.ENCRYPTED) is not Marker.ENCRYPTED:
        reading.refuse(("kubeconfig",), _must_be_encrypted(("kubeconfig",)))
    draft = Draft(
        name=stack_name(file),
        platform=platform,
        teams=teams,
        secrets=secrets,
        broken=frozenset(reading.broken),
        pools=_pools(platform, reading),
        endpoints=reading.names(("platform", "cluster"), "endpoints"),
        folders=_folders(directory, teams.values()),
    )
    return draft, reading.problems


def _pools(platform: Any, reading: "_Reading") -> tuple[str, ...] | None:
    """Those that the file names, right or wrong; where it names none, those there are anyway."""
    named = reading.names(("platform", "cluster"), "pools")
    if named == () and isinstance(platform, PlatformConfig):
        return tuple(platform.cluster.pools)
    return named


def stack_name(file: FilePath) -> str:
    """`dev` for `Pulumi.dev.yaml`; any other file's own name."""
    return file.stem.removeprefix("Pulumi.")


class _Reading:
    """Collects what is wrong while the parts are read."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self.problems: list[Problem] = []
        self.broken: set[Path] = set()

    def refuse(self, path: Path, message: str) -> None:
        """This is wrong, and what it belongs to cannot be used."""
        self.problems.append(Problem(path=path, message=message))
        self.broken.add(_part(path))

    def model(self, adapter: TypeAdapter[Any], path: Path) -> Any:
        """The model, without the parts that are wrong; None if nothing is left."""
        for inside in encrypted_paths(self._written.at(path), path):
            self.refuse(inside, _IN_PLAIN)
        for attempt in range(_ATTEMPTS):
            if path in self.broken:
                return None
            value = _mended(self._written.at(path), path, self.broken)
            model, error = _validated(adapter, value)
            seen = Written(data=_nested(value, path), texts=self._written.texts)
            problems = problems_of(error, seen, path)
            if not problems:
                return model
            if attempt == 0:
                self.problems += problems
            self.broken |= {_part(problem.path) for problem in problems}
        self.broken.add(path)
        return None

    def section(self, path: Path, key: TypeAdapter[str] | None = None) -> Mapping[str, Any]:
        """A section of named entries; none if it is left out. Wrong names are told."""
        value = self._written.at(path)
        if not isinstance(value, Mapping):
            if value is not None or self._has(path):
                each = "an encrypted value" if len(path) == len(_SECRET) else "a section"
                self.refuse(path, f"expected names with {each} each, got {shown(value)}")
            return {}
        if key is not None:
            for name in value:
                self._name(key, (*path, name))
        return value

    def names(self, path: Path, section: str) -> tuple[str, ...] | None:
        """The entries that a section names, right or wrong; none if it is left out."""
        above = self._written.at(path)
        value = above.get(section, {}) if isinstance(above, Mapping) else None
        return tuple(value) if isinstance(value, Mapping) else None

    def secrets(self) -> SecretKeys:
        """Names and keys of the secrets; every value has to be an encrypted one."""
        return {
            team: {
                secret: tuple(self._keys(("secrets", team, secret)))
                for secret in self.section(("secrets", team), _label_adapter())
            }
            for team in self.section(("secrets",))
        }

    def _keys(self, path: Path) -> Mapping[str, Any]:
        keys = self.section(path, _key_adapter())
        for key, text in keys.items():
            if text is not Marker.ENCRYPTED:
                self.refuse((*path, key), _must_be_encrypted((*path, key)))
        return keys

    def _name(self, adapter: TypeAdapter[str], path: Path) -> None:
        _, error = _validated(adapter, path[-1])
        seen = Written(data=_nested(path[-1], path), texts={})
        for problem in problems_of(error, seen, path):
            self.refuse(problem.path, problem.message)

    def _has(self, path: Path) -> bool:
        above = self._written.at(path[:-1])
        return isinstance(above, Mapping) and path[-1] in above


def _folders(directory: FilePath, teams: Iterable[TeamConfig]) -> frozenset[str]:
    """The folders of manifests that are there, none from outside the project."""
    top = directory.resolve()
    named = {team.manifests for team in teams if team.manifests is not None}
    inside = {name: (top / name).resolve() for name in named}
    return frozenset(
        n for n, p in inside.items() if p.is_dir() and p.is_relative_to(top) and p != top
    )


def _validated(adapter: TypeAdapter[Any], value: Any) -> tuple[Any, ValidationError | None]:
    try:
        return adapter.validate_python(value), None
    except ValidationError as error:
        return None, error


def _must_be_encrypted(path: Path) -> str:
    option = " --path" if len(path) > 1 else ""
    return (
        f"expected an encrypted value, got plain text: "
        f"pulumi config set --secret{option} 'ml-platform:{dotted(path)}'"
    )


def _part(path: Path) -> Path:
    """The smallest part that can be left out: an entry by name, else a whole field."""
    for section in _ITEMS:
        named = path[: len(section)]
        if len(path) > len(section) and all(
            want in (None, have) for want, have in zip(section, named, strict=True)
        ):
            return path[: len(section) + 1]
    return path[:3]


def _matches(section: Sequence[str | None], path: Path) -> bool:
    return all(want in (None, have) for want, have in zip(section, path, strict=True))


def _nested(value: Any, path: Path) -> Any:
    for step in reversed(path):
        value = {step: value}
    return value


def _mended(value: Any, path: Path, broken: set[Path]) -> Any:
    """A copy of plain values that lacks what is broken, or has a stand-in for it."""
    if not isinstance(value, Mapping):
        return value
    needed = {p[-1]: v for p, v in _STAND_INS.items() if p[:-1] == path and p in broken}
    return needed | {
        key: _mended(inner, (*path, key), broken)
        for key, inner in value.items()
        if (*path, key) not in broken
    }


@cache
def _platform_adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Platform)


@cache
def _label_adapter() -> TypeAdapter[str]:
    return TypeAdapter(DnsLabel)


@cache
def _key_adapter() -> TypeAdapter[str]:
    return TypeAdapter(FileKey)


@cache
def _team_adapter() -> TypeAdapter[TeamConfig]:
    return TypeAdapter(TeamConfig)
