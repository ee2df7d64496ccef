"""What runs elsewhere: actions pinned, rights as narrow as they get, commands that there are."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.cli import _parse

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WRITES = {("verdict", "comment"): {"pull-requests"}, ("drift", "drift"): {"issues"}}
"""The only jobs that may write anything."""
CREDENTIALS = {("preview", "preview"), ("deploy", "deploy"), ("drift", "drift")}
"""The only jobs that get a cloud's credentials."""


def workflow(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.load(path.read_text(), yaml.CSafeLoader)
    return loaded


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in FILES:
        for name, job in workflow(path)["jobs"].items():
            yield path.stem, name, job


def commands() -> Iterator[tuple[str, str]]:
    for file, _, job in jobs():
        for step in job["steps"]:
            if "run" in step:
                yield file, step["run"]


def test_there_are_the_five_workflows() -> None:
    assert [path.stem for path in FILES] == ["checks", "deploy", "drift", "preview", "verdict"]


def test_every_action_is_pinned_to_a_commit_and_says_its_version() -> None:
    used = [line for path in FILES for line in path.read_text().splitlines() if "uses:" in line]
    assert len(used) > 10
    for line in used:
        assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$", line), line


def test_no_job_may_do_more_than_it_has_to() -> None:
    for file, name, job in jobs():
        assert workflow(ROOT / ".github" / "workflows" / f"{file}.yml")["permissions"] == {}
        rights = job["permissions"]
        writes = {right for right, level in rights.items() if level == "write"} - {"id-token"}
        assert writes == WRITES.get((file, name), set()), (file, name)
        assert ("id-token" in rights) == ((file, name) in CREDENTIALS), (file, name)
        assert job["timeout-minutes"] <= 120


def test_nothing_of_a_fork_meets_a_credential() -> None:
    """On `pull_request` a fork's token reads only; `pull_request_target` would lift that."""
    for path in FILES:
        assert "pull_request_target" not in path.read_text()
        assert "secrets: inherit" not in path.read_text()
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    for file, name, job in jobs():
        on_pull_requests = "pull_request" in workflow(ROOT / f".github/workflows/{file}.yml")[True]
        if on_pull_requests and ((file, name) in CREDENTIALS or (file, name) in WRITES):
            assert same in job["if"], (file, name)


def test_the_branchs_own_code_never_runs_beside_a_token_that_writes() -> None:
    for file, name, job in jobs():
        if (file, name) == ("verdict", "comment"):
            checkout = job["steps"][0]
            assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
        for step in job["steps"]:
            if "checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


def test_no_expression_is_pasted_into_a_shell() -> None:
    """What a branch is called would be run."""
    found = list(commands())
    assert len(found) > 15
    for _, command in found:
        assert "${{" not in command


def words() -> list[list[str]]:
    """Every command line of ours in a workflow."""
    found = []
    for _, command in commands():
        joined = command.replace("\\\n", " ")
        for match in re.finditer(r"\.venv/bin/mlp ([^\n|&>]+)", joined):
            text = match[1].replace('"$BASE"', "main").replace('"$STACK"', "sandbox")
            text = text.replace('"$RUNNER_TEMP/kubeconfig"', "kubeconfig")
            found.append(shlex.split(text.replace("$STACK", "sandbox").removesuffix(" 2")))
    return found


@pytest.mark.parametrize("line", words(), ids=" ".join)
def test_every_command_of_ours_is_one_that_there_is(line: list[str]) -> None:
    options, _ = _parse(line)
    assert options.verb == line[0]


def test_every_target_of_make_is_one_that_there_is() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {name for _, text in commands() for name in re.findall(r"\bmake (\S+)", text)}
    assert called
    assert called <= targets


def test_stacks_of_this_machine_are_not_deployed_from_elsewhere(tmp_path: Path) -> None:
    for name, text in {
        "sandbox": "simulated: true",
        "dev": "      provider: kind",
        "laptop": "cluster: { provider: kind, workers: 2 }",
        "teams": "platform: { from_stack: dev }",
        "data": "platform: { from_stack: prod } # not provider: kind",
        "prod": "      provider: eks",
    }.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"cluster:\n  {text}\n")
    for place, expected in ((tmp_path, ["data", "prod"]), (ROOT, None)):
        done = subprocess.run(
            [sys.executable, str(ROOT / ".ci" / "stacks.py")],
            cwd=place,
            capture_output=True,
            text=True,
            check=True,
        )
        stacks = json.loads(done.stdout)
        assert "sandbox" not in stacks
        assert expected in (None, stacks)
