"""Somebody else's linter has nothing to say about the workflows."""

import subprocess
from pathlib import Path

import pytest

from operations.progress import Steps
from operations.toolchain import LINTERS, ensure

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
QUIET = ("-no-color", "-shellcheck=", "-pyflakes=")


@pytest.fixture(scope="module")
def actionlint() -> Path:
    """Found, else built."""
    with Steps() as steps:
        return ensure(LINTERS, steps)["actionlint"]


def lint(actionlint: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [actionlint, *QUIET, *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_workflows_are_without_fault(actionlint: Path) -> None:
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert len(files) == 5
    done = lint(actionlint, *files)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_finds_a_fault(actionlint: Path, tmp_path: Path) -> None:
    text = (ROOT / ".github" / "workflows" / "verdict.yml").read_text()
    broken = tmp_path / "broken.yml"
    broken.write_text(text.replace("needs: verdict", "needs: nobody"))
    assert lint(actionlint, broken).returncode == 1
