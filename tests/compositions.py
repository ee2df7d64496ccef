"""The sandbox's stack with sections left out and choices made otherwise: what asks for them, too.

What asks for a section is told here a second time, without the rules that find it.
"""

import copy
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.rehearsed import ROOT

KEYS = "ml-platform:platform", "ml-platform:teams"
_ALWAYS = frozenset({"cluster", "charts", "teams", "overcommit"})
"""Of the platform: what is no section that a stack may do without."""
_ENDPOINTS = {
    "object_store": "platform.object-store",
    "database": "platform.database",
    "cache": "platform.cache",
}
_BUILT_ON = {"certificates": ("serving", "gateway")}
"""Sections that cannot do without another one."""
_CHOICES: Mapping[tuple[str, str], tuple[Any, ...]] = {
    ("gateway", "kind"): ("envoy", "nginx"),
    ("object_store", "kind"): ("seaweedfs", "minio"),
    ("serving", "registry"): ("registry.example.com",),
    ("teams", "open_within"): (True, False),
}
"""What else may be said, by section and key."""
_ENVOYS = ("token", "keys", "per_second")
"""What routes may ask of Envoy Gateway alone."""
Place = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """Which sections are left out, and what is said otherwise."""

    without: frozenset[str]
    choices: Mapping[tuple[str, str], Any]

    def __str__(self) -> str:
        chosen = (f"{'.'.join(key)}={value}" for key, value in sorted(self.choices.items()))
        return " ".join(("without", *sorted(self.without), *chosen)) or "as it is"


def whole() -> dict[str, Any]:
    """The stack file as it stands."""
    return copy.deepcopy(_standing())


@cache
def _standing() -> dict[str, Any]:
    text = (ROOT / "Pulumi.sandbox.yaml").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return values


def sections() -> tuple[str, ...]:
    """Those that the stack has and could do without."""
    return tuple(sorted(_standing()["config"][KEYS[0]].keys() - _ALWAYS))


def drawn(count: int, seed: int) -> list[Composition]:
    """Random ones: each section is left out one time in three."""
    source = random.Random(seed)
    return [_drawn(source) for _ in range(count)]


def _drawn(source: random.Random) -> Composition:
    without = closed({name for name in sections() if source.random() < 1 / 3})
    there = [key for key in _CHOICES if key[0] not in without]
    return Composition(
        without=without,
        choices={key: source.choice(_CHOICES[key]) for key in there},
    )


def closed(without: Collection[str]) -> frozenset[str]:
    """With every section that is built on one of these."""
    above = (other for name in without for other in _BUILT_ON.get(name, ()))
    return frozenset({*without, *above} & {*sections()})


def leaving_out(
    values: Mapping[str, Any], without: Collection[str], *, needs: bool
) -> dict[str, Any]:
    """The stack without these sections and, if so, without what asks for them."""
    result = copy.deepcopy(dict(values))
    platform, teams = (result["config"][key] for key in KEYS)
    for name in without:
        if needs:
            for place in reversed(asking(result, name)):
                _removed(teams, place)
        platform.pop(name, None)
    if needs:
        _forget(teams, {_ENDPOINTS[name] for name in without if name in _ENDPOINTS})
    return result


def composed(composition: Composition) -> dict[str, Any]:
    """The stack as a composition has it."""
    values = leaving_out(whole(), composition.without, needs=True)
    for (section, key), value in composition.choices.items():
        values["config"][KEYS[0]].setdefault(section, {})[key] = value
    if composition.choices.get(("gateway", "kind")) == "nginx":
        for place in reversed(asking_envoy(values)):
            _removed(values["config"][KEYS[1]], place)
        for route in _routes(values):
            route["open"] = True
    return values


def _routes(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every route of the teams."""
    for team in values["config"][KEYS[1]].values():
        for kind in ("workloads", "models"):
            for each in team.get(kind, {}).values():
                if "route" in each:
                    yield each["route"]


def asking_envoy(values: Mapping[str, Any]) -> list[Place]:
    """Every place among the teams that asks for what another gateway does not do."""
    return [
        (team, kind, name, "route", key)
        for team, config in values["config"][KEYS[1]].items()
        for kind in ("models", "workloads")
        for name, each in (config.get(kind) or {}).items()
        for key in _ENVOYS
        if key in each.get("route", ())
    ]


def asking(values: Mapping[str, Any], section: str) -> list[Place]:
    """Every place among the teams that asks for a section."""
    found = []
    for team, config in values["config"][KEYS[1]].items():
        for place, need in _needs((team,), config):
            if (need if isinstance(need, str) else need["to"]) == _ENDPOINTS.get(section):
                found.append(place)
        for name, model in (config.get("models") or {}).items():
            stored = "bucket" in model["storage"] and section == "object_store"
            if section == "serving" or stored:
                found.append((team, "models", name))
            if section == "gateway" and "route" in model:
                found.append((team, "models", name, "route"))
        for name, workload in (config.get("workloads") or {}).items():
            found += [
                (team, "workloads", name, key)
                for key, asked in (("route", "gateway"), ("metrics", "monitoring"))
                if section == asked and key in workload
            ]
    return found


def built_on(values: Mapping[str, Any], section: str) -> list[str]:
    """Sections of the stack that cannot do without this one."""
    return [name for name in _BUILT_ON.get(section, ()) if name in values["config"][KEYS[0]]]


def written(values: Mapping[str, Any], folder: Path, name: str) -> Path:
    """As a stack file of this name."""
    path = folder / f"Pulumi.{name}.yaml"
    path.write_text(yaml.dump(values, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    return path


def _needs(at: Place, config: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    for position, need in enumerate(config.get("needs") or ()):
        yield (*at, "needs", position), need
    for name, workload in (config.get("workloads") or {}).items():
        yield from _needs((*at, "workloads", name), workload)


def _removed(value: Any, place: Sequence[str | int]) -> None:
    for step in place[:-1]:
        value = value[step]
    del value[place[-1]]


def _forget(teams: Mapping[str, Any], endpoints: Collection[str]) -> None:
    """Variables that tell about what is not needed any more."""
    for config in teams.values():
        for workload in (config.get("workloads") or {}).values():
            env = workload.get("env") or {}
            for name, value in list(env.items()):
                if isinstance(value, Mapping) and value.get("need") in endpoints:
                    del env[name]
