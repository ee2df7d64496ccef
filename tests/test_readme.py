"""What the README shows is what there is."""

import re
from pathlib import Path

import pytest

from operations.cli import VERBS
from operations.cli import main as mlp

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_example_is_a_stack_file_that_is_rehearsed_by_the_tests() -> None:
    [example] = blocks("yaml")
    file = (ROOT / "tests" / "data" / "stacks" / "readme.yaml").read_text(encoding="utf-8")
    assert example == file.replace("../../../components/", "components/")
    assert len(example.splitlines()) <= 30


@pytest.mark.usefixtures("here")
def test_the_faults_it_shows_are_the_ones_that_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [example] = blocks("yaml")
    [shown] = [block for block in blocks("console") if "did you mean" in block]
    broken = example.replace("cpu: 8,", 'cpu: "500 m",').replace("workloads:", "workload:")
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(broken, encoding="utf-8")
    assert mlp(["rehearse", "--stack", str(path)]) == 3
    assert capsys.readouterr().err.splitlines() == shown.splitlines()[1:]


def test_every_command_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z][a-z0-9-]+)", README))
    verbs = set(re.findall(r"mlp ([a-z]+)", README))
    assert len(named) > 5
    assert len(verbs) >= 3
    assert named - targets == set()
    assert verbs - set(VERBS) == set()


def test_every_folder_it_names_exists() -> None:
    folders = re.findall(r"^\| `([a-z/]+)/` \|", README, re.MULTILINE)
    assert len(folders) > 5
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
