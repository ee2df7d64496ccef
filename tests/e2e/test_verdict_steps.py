"""What the verdict says will happen is what the engine says will happen, resource by resource."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assurance.graph.graph import Graph
from assurance.proofs.replacement.steps import Step, steps
from operations.rehearsal import Rehearsal, rehearse
from tests.e2e.edits import EDITS, Config, Edit
from tests.e2e.project import Project, project
from tests.e2e.test_secrets import STACK, _encrypt
from tests.e2e.two_teams import PLATFORM

pytestmark = pytest.mark.e2e
SECRET = "ml-platform:secrets.sealed.upstream.token"
PLACE = PLATFORM | {
    "cluster": PLATFORM["cluster"]
    | {"pools": {"general": {"cpu": 64, "memory": "256Gi", "min": 4, "pods": 200}}}
}


Steps = dict[str, Step]


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What was predicted from two rehearsals, and what the engine does; by URN."""

    predicted: Steps
    engine: dict[str, str]

    def of(self, team: str) -> tuple[dict[str, str], dict[str, str]]:
        """Both of one team."""
        mine = {urn: step for urn, step in self.predicted.items() if _team_of(step) == team}
        told = {urn: step.change.value for urn, step in mine.items()}
        return told, {urn: change for urn, change in self.engine.items() if urn in mine}


@pytest.fixture(scope="module")
def both(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compared]:
    """All edits at once, previewed on a deployed stack."""
    with (
        pytest.MonkeyPatch.context() as patch,
        project(tmp_path_factory.mktemp("edits"), tools["kubectl"]) as place,
    ):
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", secrets.token_hex(16))
        sealed = _sealed(place)
        _write(place, sealed[0], edited=False)
        place.outcome("up", STACK)
        before = _graph(place)
        _write(place, sealed[1], edited=True)
        rewritten = {u for u in before.resources if u.endswith("::sealed-secret-upstream")}
        predicted = steps(before, _graph(place), frozenset(rewritten))
        changes = place.outcome("preview", STACK)["changes"]
        yield Compared(
            predicted={step.resource.urn: step for step in predicted},
            engine={urn: change for change, urns in changes.items() for urn in urns},
        )


def _sealed(place: Project) -> tuple[Config, Config]:
    """Two stack files' worth of one secret, encrypted twice, with what opens them."""
    place.write(STACK, {"platform": PLACE, "teams": {"sealed": {}}})
    found = []
    for value in ("first", "second"):
        _encrypt(place.directory, SECRET, value)
        (place.directory / "elsewhere").rename(place.directory / f"elsewhere-{value}")
        written = yaml.safe_load((place.directory / f"Pulumi.{STACK}.yaml").read_text("utf-8"))
        secret = written["config"]["ml-platform:secrets"]
        found.append({"secrets": secret, "salt": written["encryptionsalt"]})
    one, other = found
    return one, other


def _write(place: Project, sealed: Config, *, edited: bool) -> None:
    """The stack before or after all edits, and the teams' own manifests."""
    teams: dict[str, Any] = {"sealed": {}}
    for edit in EDITS:
        team = edit.after if edited else edit.before
        if team is not None:
            teams[edit.name] = team
        _own(place.directory / "own" / edit.name, edit.own[edited])
    place.write(STACK, {"platform": PLACE, "teams": teams, "secrets": sealed["secrets"]})
    file = place.directory / f"Pulumi.{STACK}.yaml"
    file.write_text(f"{file.read_text('utf-8')}encryptionsalt: {sealed['salt']}\n", "utf-8")


def _own(folder: Path, manifest: Config) -> None:
    """A team's folder: one object that stays, and the one that is edited, if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    stays = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "stays"}}
    (folder / "stays.json").write_text(json.dumps(stays))
    (folder / "own.json").unlink(missing_ok=True)
    if manifest:
        (folder / "own.json").write_text(json.dumps(manifest))


def _graph(place: Project) -> Graph:
    rehearsal = Rehearsal(root=place.directory, today=date(2026, 1, 1), documents=True)
    [done] = rehearse(rehearsal, [place.directory / f"Pulumi.{STACK}.yaml"], ["warm"])
    assert done.error is None, done.error
    return Graph.from_json((done.document or {})["graph"])


def test_nothing_is_predicted_that_the_engine_does_not_do_and_nothing_left_out(
    both: Compared,
) -> None:
    assert len(both.engine) > 60
    told = {urn: step.change.value for urn, step in both.predicted.items()}
    assert told == both.engine


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_an_edit_comes_to_what_the_engine_does(edit: Edit, both: Compared) -> None:
    predicted, engine = both.of(edit.name)
    assert predicted == engine
    objects = {c for urn, c in predicted.items() if "$kubernetes:" in urn.rpartition("::")[0]}
    assert objects == set(edit.changes.split())


def _team_of(step: Step) -> str | None:
    labels = (step.resource.inputs.get("metadata") or {}).get("labels") or {}
    return str(labels.get("ml-platform/team")) if labels else step.resource.name.split("-ready")[0]


def test_an_encrypted_value_that_was_written_anew_may_replace_its_secret(
    both: Compared,
) -> None:
    [urn] = [urn for urn in both.predicted if urn.endswith("::sealed-secret-upstream")]
    assert both.engine[urn] == "replace"
    assert both.predicted[urn].doubt


def test_at_least_twenty_five_kinds_of_edits_were_compared() -> None:
    assert len({edit.name for edit in EDITS}) >= 25
