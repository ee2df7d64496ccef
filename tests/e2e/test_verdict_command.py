"""The command on a real repository: both sides rehearsed, compared, remembered, told."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project, project
from tests.e2e.two_teams import PLATFORM, TEAMS, edited

pytestmark = pytest.mark.e2e
FORMS = ("json", "markdown", "sarif")
ON = {"from_stack": "one"}


@pytest.fixture(scope="module")
def place(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A platform, a team stack on it, and a branch; nothing is deployed."""
    with (
        pytest.MonkeyPatch.context() as patch,
        project(tmp_path_factory.mktemp("verdict"), tools["kubectl"]) as made,
    ):
        patch.setenv("ML_PLATFORM_CACHE", str(tmp_path_factory.mktemp("cache")))
        (made.directory / ".gitignore").write_text("/out/\n")
        git(made, "init", "--quiet", "--initial-branch", "main")
        write(made)
        git(made, "add", ".")
        git(made, "commit", "--quiet", "--message", "base")
        git(made, "switch", "--quiet", "--create", "branch")
        yield made


def git(place: Project, *words: str) -> None:
    name = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *name, *words], cwd=place.directory, check=True, capture_output=True)


def write(place: Project, **changes: Any) -> None:
    place.write("one", {"platform": PLATFORM, "teams": {"ads": TEAMS["ads"]}})
    teams = edited({"fraud": TEAMS["fraud"]}, **changes)
    place.write("two", {"platform": ON, "teams": teams})


def verdict(place: Project, *words: str) -> tuple[int, str, dict[str, Any]]:
    out = place.directory / "out"
    out.mkdir(exist_ok=True)
    files = [word for form in FORMS for word in (f"--{form}", f"out/{form}")]
    command = place._command("verdict", *files, "--today", "2026-01-01", *words)
    command = command[: command.index("--project")]
    done = subprocess.run(
        command, cwd=place.directory, capture_output=True, text=True, timeout=300, check=False
    )
    said = json.loads((out / "json").read_text()) if (out / "json").exists() else {}
    return done.returncode, done.stdout + done.stderr, said


def test_a_change_of_one_stack_is_told_with_the_platform_it_stands_on(place: Project) -> None:
    write(place, fraud__quota={"cpu": 6})
    code, text, said = verdict(place)
    assert code == 0, text
    [stack] = said["stacks"]
    assert stack["name"] == "one+two"
    changes = {(step["change"], step["subject"]) for step in stack["steps"]}
    assert ("update", "ResourceQuota fraud/quota") in changes
    assert not [subject for _, subject in changes if "ads" in subject]
    assert {"fraud/quota requests.cpu"} <= {each["what"] for each in stack["quotas"]}
    assert "verdict: nothing forbids it: 1 replaced, 1 updated" in text


def test_said_twice_it_is_the_same_to_the_byte_and_the_second_time_rehearses_nothing(
    place: Project,
) -> None:
    write(place, fraud__quota={"cpu": 6})
    verdict(place)
    first = {form: (place.directory / "out" / form).read_bytes() for form in FORMS}
    _, text, _ = verdict(place)
    assert {form: (place.directory / "out" / form).read_bytes() for form in FORMS} == first
    assert "rehearsing" not in text
    trees = subprocess.run(
        ["git", "worktree", "list"], cwd=place.directory, capture_output=True, text=True, check=True
    )
    assert len(trees.stdout.splitlines()) == 1


def test_a_stack_that_does_not_load_is_the_verdict(place: Project) -> None:
    write(place, fraud__needs=["intrenet"])
    code, text, said = verdict(place)
    assert code == 3
    [fault] = said["stacks"][0]["faults"]
    assert fault["file"] == "Pulumi.two.yaml"
    assert "did you mean internet" in fault["message"]
    assert "verdict: does not load: one+two" in text
    assert json.loads((place.directory / "out" / "sarif").read_text())["runs"][0]["results"]


def test_what_is_refuted_forbids_as_the_levels_say(place: Project) -> None:
    write(place, fraud__workloads__score__image="registry.example.com/fraud/score:latest")
    code, text, said = verdict(place)
    assert code == 1, text
    rules = {each["rule"] for each in said["stacks"][0]["findings"]["refuted"]}
    assert any(rule.startswith("guardrails/") for rule in rules), rules
    for stack, expected in (("two", 1), ("one", 0)):
        levels = place.directory / "policies" / "levels" / f"{stack}.json"
        levels.write_text(json.dumps({**json.loads(levels.read_text()), "guardrails": "advisory"}))
        code, text, _ = verdict(place)
        assert code == expected, text
    assert "guardrails: mandatory → advisory" in text


def test_two_commits_are_compared_whatever_lies_in_the_working_tree(place: Project) -> None:
    write(place, fraud__needs=["intrenet"])
    code, text, said = verdict(place, "--base", "main", "--head", "HEAD")
    assert code == 0, text
    assert said["stacks"][0]["steps"] == []
    assert said["headline"] == "nothing changes, and nothing forbids it"
