"""Whole platforms with charts that helm has rendered: proved as with what stands in for them."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from components.config import read_stack_file
from components.config.today import run_day
from operations.component_pages.described import described
from operations.engine.charts import prepare
from operations.progress import Steps
from tests.e2e.project import ROOT, Project, project
from tests.e2e.rendered_charts import packaged
from tests.rehearsed import graphs

pytestmark = pytest.mark.e2e

STACKS = ("dev", "prod", "prod-azure")


@pytest.fixture(scope="module")
def place(
    tools: Mapping[str, Path], helm: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """The shipped stacks, their charts in a folder, and nothing rendered by anybody else."""
    directory = tmp_path_factory.mktemp("rendered")
    with (
        project(directory, tools["kubectl"]) as made,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("ML_PLATFORM_CACHE", str(tmp_path_factory.mktemp("cache")))
        shutil.copy(ROOT / "waivers.yaml", directory)
        shutil.copytree(
            ROOT / "policies" / "levels", directory / "policies/levels", dirs_exist_ok=True
        )
        for stack in STACKS:
            _from_folder(directory, stack)
            (directory / stack).mkdir()
            _packages(helm, stack, tmp_path_factory.mktemp("sources"), directory / stack)
        yield made


def _from_folder(directory: Path, stack: str) -> None:
    plain = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8"))
    charts = {"source": "directory", "directory": stack}
    plain["config"]["ml-platform:platform"]["charts"] = charts
    text = yaml.safe_dump(plain, sort_keys=False)
    (directory / f"Pulumi.{stack}.yaml").write_text(text, "utf-8")


def _packages(helm: str, stack: str, work: Path, into: Path) -> None:
    path = ROOT / f"Pulumi.{stack}.yaml"
    found = described(read_stack_file(path), graphs(path)[stack])
    assert found is not None
    releases = [release for part in found.parts.values() for release in part.releases]
    assert len(releases) > 8
    packaged(helm, releases, work, into)


@pytest.mark.parametrize("stack", STACKS)
def test_what_was_proved_with_stand_ins_is_proved_of_renderings(place: Project, stack: str) -> None:
    before = _proved(place, stack)
    prepare(place.directory, read_stack_file(place.directory / f"Pulumi.{stack}.yaml"), Steps())
    after = _proved(place, stack)
    assert (before.returncode, after.returncode) == (0, 0), after.stdout + after.stderr
    operators = {"gateway-helm v1.9.0", "kube-prometheus-stack 88.5.3"}
    assert _assumed(before.stdout) > operators
    assert _assumed(after.stdout) == operators, "what operators make, nobody has seen"


def _proved(place: Project, stack: str) -> CompletedProcess[str]:
    day = str(run_day())  # of the clone: a project of a test's own has no commit
    return place.mlp("prove", "--stack", stack, "--mode", "warm", "--today", day)


def _assumed(told: str) -> set[str]:
    start = "assumes: chart "
    return {line.removeprefix(start) for line in told.splitlines() if line.startswith(start)}
