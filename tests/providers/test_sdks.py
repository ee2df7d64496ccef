"""A cloud's SDK is loaded for a cluster on that cloud, and for nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys
from datetime import date
from pathlib import Path
{before}
from assurance.graph.readers.recording import Program, ProgramError, record
from components.config import read_stack_file

file = read_stack_file(Path(sys.argv[1]), date(2026, 11, 21))
program = Program(
    directory=Path.cwd(), stack=file.name, project="ml-platform",
    config=file.config, secret_keys=file.secret_keys,
)
try:
    graph = record(program, "cold")
except ProgramError as error:
    print(error)
else:
    print(len(graph.resources), *sorted(CLOUDS & sys.modules.keys()))
"""
CLOUDS = 'CLOUDS = {"pulumi_aws", "pulumi_azure_native"}'
ABSENT = f"{CLOUDS}\nsys.modules.update(dict.fromkeys(CLOUDS))"
"""As if none was installed."""


def said(before: str, stack: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(before=before), str(stack)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_cluster_on_this_machine_needs_no_cloud() -> None:
    count, *loaded = said(CLOUDS, ROOT / "tests" / "data" / "stacks" / "kind.yaml").split()
    assert int(count) > 20
    assert loaded == []


@pytest.mark.parametrize(
    ("stack", "sdk", "extra"),
    [("prod", "pulumi_aws", "aws"), ("prod-azure", "pulumi_azure_native", "azure")],
)
def test_a_cloud_whose_sdk_is_missing_is_told_with_how_to_have_it(
    stack: str, sdk: str, extra: str
) -> None:
    assert said(ABSENT, ROOT / f"Pulumi.{stack}.yaml") == (
        f"this stack needs {sdk}, which is not installed: pip install 'ml-platform[{extra}]', "
        f"or in a clone: make setup STACK={stack}"
    )
