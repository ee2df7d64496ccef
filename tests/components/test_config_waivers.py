"""`waivers.yaml`: whose they are, and what is wrong with one, in which line."""

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from components.config import ConfigError, read_stack_file
from components.config.signed import FILE, read_signed
from operations.cli import main

ROOT = Path(__file__).parents[2]
STACKS = ROOT / "tests" / "data" / "stacks"
ERRORS = sorted((ROOT / "tests" / "data" / "waivers").glob("error.*.yaml"))
VALIDATOR = jsonschema_rs.validator_for(
    json.loads((ROOT / "components" / "waivers.schema.json").read_text(encoding="utf-8"))
)
FINDING = "isolation/policy-selects-nothing: *"
GOOD = {"finding": FINDING, "owner": "ada", "reason": "until spring", "expires": "2027-03-31"}
NOT_FOR_A_SCHEMA = {"no-such-day", "stack"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two stacks, alike but for their names."""
    for name in ("dev", "prod"):
        shutil.copy(STACKS / "Pulumi.platform.yaml", tmp_path / f"Pulumi.{name}.yaml")
    return tmp_path


def faults(project: Path, stack: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_stack_file(project / f"Pulumi.{stack}.yaml")
    return str(caught.value).splitlines()


def test_there_is_a_file_for_every_kind_of_fault() -> None:
    assert len(ERRORS) >= 11


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem.removeprefix("error."))
def test_a_fault_stops_every_stack_in_exactly_these_words(path: Path, project: Path) -> None:
    shutil.copy(path, project / FILE)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert faults(project, "prod") == faults(project, "dev") == expected


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem.removeprefix("error."))
def test_an_editor_sees_the_same_faults(path: Path) -> None:
    name = path.stem.removeprefix("error.")
    if name == "tab":
        with pytest.raises(yaml.YAMLError):
            yaml.safe_load(path.read_text(encoding="utf-8"))
        return
    read = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    refused = not VALIDATOR.is_valid(read)
    assert refused == (name not in NOT_FOR_A_SCHEMA | {"day-unquoted"})


def test_the_file_of_this_project_is_good() -> None:
    signed = read_signed(ROOT)
    assert signed.faults == ()
    assert signed.lines
    assert VALIDATOR.is_valid(yaml.safe_load((ROOT / FILE).read_text(encoding="utf-8")))


def test_a_stack_has_the_waivers_that_name_it_and_no_other(project: Path) -> None:
    for_prod, for_dev = {**GOOD, "stack": "prod"}, {**GOOD, "stack": "dev", "owner": "grace"}
    text = yaml.safe_dump({"waivers": [for_prod, for_dev]}, sort_keys=False)
    (project / FILE).write_text(text, encoding="utf-8")
    owners = {
        stack: [w.owner for w in read_stack_file(project / f"Pulumi.{stack}.yaml").stack.waivers]
        for stack in ("dev", "prod")
    }
    assert owners == {"dev": ["grace"], "prod": ["ada"]}
    lines = read_signed(project).lines
    assert text.splitlines()[lines["waivers[1]"] - 1].startswith("- ")
    assert "grace" in text.splitlines()[lines["waivers[1].owner"] - 1]


@pytest.mark.parametrize("text", ["", "waivers:\n", "waivers: []\n", "# nobody yet\n"])
def test_a_file_without_entries_waives_nothing(text: str, project: Path) -> None:
    (project / FILE).write_text(text, encoding="utf-8")
    assert read_stack_file(project / "Pulumi.dev.yaml").stack.waivers == ()


def test_faults_of_both_files_are_told_at_once(project: Path) -> None:
    stack = project / "Pulumi.dev.yaml"
    stack.write_text(stack.read_text(encoding="utf-8").replace("existing", "exsting"), "utf-8")
    (project / FILE).write_text("waivers: 7\n", encoding="utf-8")
    told = faults(project, "dev")
    assert {line.partition(":")[0] for line in told} == {"Pulumi.dev.yaml", FILE}


def test_a_file_that_cannot_be_read_is_a_fault_too(project: Path) -> None:
    (project / FILE).write_bytes(b"waivers: \xff\xfe")
    assert faults(project, "dev") == [f"{FILE}: cannot be read: expected text in UTF-8"]
    (project / FILE).unlink()
    (project / FILE).mkdir()
    assert faults(project, "dev") == [f"{FILE}: cannot be read: Is a directory"]


@pytest.mark.usefixtures("here")
def test_the_command_line_prints_the_faults_and_exits_with_3(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / FILE).write_text("waivers: 7\n", encoding="utf-8")
    assert main(["rehearse", "--stack", str(project / "Pulumi.dev.yaml")]) == 3
    assert capsys.readouterr().err.splitlines() == [f"{FILE}:1: waivers: expected a list, got 7"]
