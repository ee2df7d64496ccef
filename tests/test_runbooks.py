"""Runbooks name commands that there are, and stack files that load."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from components.config.signed import signed
from components.serving.model_section import ModelConfig
from operations.cli import _parse
from tests.assurance.proofs.test_replacement import SET
from tests.assurance.verdict.test_verdict import compare, side

ROOT = Path(__file__).parents[1]
RUNBOOKS = ROOT / "docs" / "runbooks"
TEXTS = {p.stem: p.read_text("utf-8") for p in RUNBOOKS.glob("*.md") if p.stem != "README"}


def lines() -> list[str]:
    """What follows a prompt, in whatever block it stands."""
    found = [re.findall(r"^\s*\$ (.+)$", text, re.MULTILINE) for text in TEXTS.values()]
    return [line for each in found for line in each]


def test_every_runbook_is_on_the_list() -> None:
    listed = re.findall(r"\(([a-z-]+)\.md\)", (RUNBOOKS / "README.md").read_text("utf-8"))
    assert sorted(listed) == sorted(TEXTS)


@pytest.mark.parametrize("line", [line for line in lines() if line.startswith("mlp ")])
def test_every_command_of_ours_is_one_that_there_is(line: str) -> None:
    words = shlex.split(line)[1:]
    options, _ = _parse(words)
    assert options.verb == words[0]


def test_every_other_command_is_of_a_tool_that_the_project_knows() -> None:
    others = {line.split()[0] for line in lines() if not line.startswith("mlp ")}
    assert others == {"kubectl", "pulumi"}


def test_the_waiver_of_a_dissolved_team_covers_what_is_lost_with_it() -> None:
    [block] = re.findall(r"```yaml\n(.*?)```", TEXTS["destroy"], re.DOTALL)
    [waiver] = signed(block, {"sandbox"}).of("sandbox")
    pattern = re.escape(waiver.finding).replace(r"\*", ".*").replace("risk", "red")
    told = compare(side(SET), None)
    lost = [f"{f.rule}: {f.subject}" for f in told.stacks[0].losses.findings]
    assert len(lost) == 2
    assert all(re.fullmatch(pattern, each) for each in lost)


def test_the_models_of_the_runbook_are_such_as_a_team_may_have() -> None:
    blocks = re.findall(r"^ *```yaml\n(.*?)```", TEXTS["add-a-model"], re.DOTALL | re.MULTILINE)
    models = [yaml.safe_load(block)["churn"] for block in blocks]
    versions = [ModelConfig.model_validate(model).version for model in models]
    assert versions == ["1.0.0", "1.0.0"]
