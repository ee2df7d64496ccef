"""Platforms of fewer sections: rehearsed clean, with every proof that counts having something."""

import copy
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assurance.graph.graph import Graph
from assurance.graph.intent_json import intent_from_json
from assurance.proofs.findings import Finding, Status
from assurance.proofs.registry import proof
from operations.rehearsal import Rehearsal, Rehearsed, rehearse
from tests.compositions import KEYS, Composition, closed, composed, drawn, sections, written
from tests.rehearsed import ROOT

PROOFS = {"isolation": ("pods", "pairs of teams"), "order": ("objects", "needs")}
"""What decides, and what of its population there always is."""


def rehearsed(compositions: list[Composition], folder: Path) -> list[Rehearsed]:
    return warm(
        [
            written(composed(each), folder, f"composed{number}")
            for number, each in enumerate(compositions)
        ]
    )


def warm(files: list[Path]) -> list[Rehearsed]:
    rehearsal = Rehearsal(root=ROOT, today=date(2026, 1, 1), documents=True)
    return rehearse(rehearsal, files, ["warm"])


def told(done: Rehearsed, proofs: Mapping[str, tuple[str, ...]] = PROOFS) -> list[str]:
    """Why a platform is not a good one; nothing if it is."""
    if done.error is not None or done.document is None:
        return [f"rehearsal: {done.error}"]
    graph = Graph.from_json(done.document["graph"])
    intent = intent_from_json(done.document["intent"])
    wrong = []
    for name, counted in proofs.items():
        result = proof(name)(graph, intent)
        wrong += [_shown(each) for each in result.findings if each.status is not Status.PROVED]
        wrong += [f"{name}: of no {what}" for what in counted if not result.population[what]]
    return wrong


def _shown(finding: Finding) -> str:
    return f"{finding.status} {finding.rule}: {finding.subject}: {finding.message}"


@pytest.mark.e2e
def test_each_section_may_be_left_out(tmp_path: Path) -> None:
    compositions = [Composition(without=closed({each}), choices={}) for each in sections()]
    found = {
        str(each): told(done)
        for each, done in zip(compositions, rehearsed(compositions, tmp_path), strict=True)
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) >= 4


@pytest.mark.parametrize(
    "count",
    [pytest.param(20, marks=pytest.mark.e2e), pytest.param(200, marks=pytest.mark.fire)],
)
def test_sections_and_choices_in_any_combination_make_a_good_platform(
    count: int, tmp_path: Path
) -> None:
    compositions = drawn(count, seed=2026)
    found = {
        f"{number} {each}": told(done)
        for number, (each, done) in enumerate(
            zip(compositions, rehearsed(compositions, tmp_path), strict=True)
        )
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) == count


def _unrecorded(platform: dict[str, Any]) -> None:
    del platform["dns"]


def _zoneless(platform: dict[str, Any]) -> None:
    """Names are shown to be ours over HTTP, one by one."""
    del platform["dns"], platform["cluster"]["zone"]
    platform["gateway"]["hosts"] = ["ml.example.com"]


def _otherwise(platform: dict[str, Any]) -> None:
    """Only our own authority signs, another gateway answers, and nobody watches."""
    del platform["monitoring"]
    platform["certificates"] = {}
    platform["gateway"]["kind"] = "nginx"
    platform["dns"] = {"policy": "sync"}


def _entered(platform: dict[str, Any]) -> None:
    """Certificates by records, and no gateway that uses them."""
    del platform["dns"], platform["gateway"]


def _routed(teams: dict[str, Any], gateway: dict[str, Any] | None) -> None:
    """Nothing asks a gateway for what it does not do."""
    for team in teams.values():
        for each in (*team.get("workloads", {}).values(), *team.get("models", {}).values()):
            if gateway is None:
                each.pop("route", None)
            elif gateway.get("kind") == "nginx" and "route" in each:
                each["route"].pop("token", None)
                each["route"]["open"] = True


NAMES: list[Callable[[dict[str, Any]], None]] = [_unrecorded, _zoneless, _otherwise, _entered]
"""What may be said otherwise of public names."""


@pytest.mark.e2e
def test_public_names_may_be_had_in_every_way_on_either_cloud(tmp_path: Path) -> None:
    files = []
    for stack in ("prod", "prod-azure"):
        standing = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
        for change in NAMES:
            values = copy.deepcopy(standing)
            platform, teams = (values["config"][key] for key in KEYS)
            change(platform)
            _routed(teams, platform.get("gateway"))
            files.append(written(values, tmp_path, f"{stack}{change.__name__}".replace("_", "-")))
    proofs = {**PROOFS, "identity": ("identities", "rights")}
    found = {file.name: told(done, proofs) for file, done in zip(files, warm(files), strict=True)}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) == 2 * len(NAMES)
