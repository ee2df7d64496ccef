"""The repository itself: what is tracked, what is collected, what the two commands are made of."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from operations.cli import VERBS

ROOT = Path(__file__).resolve().parent.parent
TARGETS = (
    *("up", "test", "setup", "preview", "refresh", "destroy", "rehearse", "prove", "check"),
    *("e2e", "fire", "bench", "doctor", "pins", "kind-e2e", "clean", "clouds", "help", "lock"),
    *("dev", "verdict"),
)
FOREIGN = {
    "a package index": r"pypi[.]org|pythonhosted|proxy[.]golang|sum[.]golang|artifactory|jfrog",
    "an option that names an index": r"--(extra-)?index-url|--find-links|--trusted-host",
    "a path of somebody's machine": r"/[r]oot/|/[U]sers/\w|/home/[a-z]\w*/|/[w]ork/(main|shared)",
    "a place outside the repository": r"[.][.]/shared\b|/tmp/(v0|build0)\b",
}
OWN_FLAGS = {"operations/locks.py"}
"""It tells the resolver to leave index addresses out, by these very options."""


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git knows, or is about to."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(name for name in done.stdout.splitlines() if (ROOT / name).is_file())


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_bytes().decode("utf-8", errors="replace")


@cache
def makefile() -> str:
    return (ROOT / "Makefile").read_text("utf-8")


def dry(target: str, *settings: str) -> str:
    """What make would run."""
    command = ["make", "-n", "--no-print-directory", "PYTHON=python3", target, *settings]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("what", FOREIGN)
def test_no_tracked_file_names(what: str) -> None:
    pattern, found = re.compile(FOREIGN[what]), []
    for name in tracked():
        if name == "tests/test_repository.py" or (name in OWN_FLAGS and "option" in what):
            continue
        text = text_of(name)
        lines = (text.count("\n", 0, at.start()) + 1 for at in pattern.finditer(text))
        found += [f"{name}:{line}" for line in lines]
    assert found == []


def test_nothing_that_is_made_here_is_tracked() -> None:
    made = re.compile(
        r"(^|/)(__pycache__|[.]venv|[.]ml-platform|\w+[.]egg-info|schema[.]json)(/|$)"
    )
    assert [name for name in tracked() if made.search(name)] == []


def test_every_test_is_in_a_file_that_pytest_collects() -> None:
    lost = [
        name
        for name in tracked()
        if name.endswith(".py")
        and re.search(r"^\s*(async )?def test_", text_of(name), re.MULTILINE)
        and not re.fullmatch(r"tests/(\w+/)*test_\w+\.py", name)
    ]
    assert lost == []


def test_every_test_module_has_a_test() -> None:
    empty = [
        name
        for name in tracked()
        if re.fullmatch(r"tests/(\w+/)*test_\w+\.py", name)
        and not re.search(r"^\s*def test_", text_of(name), re.MULTILINE)
    ]
    assert empty == []


def test_the_licence_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert (
        "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text()
    )


def test_help_lists_every_target() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^  make (\S+) +\S", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(TARGETS)


def test_no_target_is_mistaken_for_a_file() -> None:
    """`make test` must run although there is a directory of tests."""
    phony = re.search(r"^\.PHONY: (.*?[^\\])\n", makefile(), re.MULTILINE | re.DOTALL)
    assert phony
    assert sorted(phony[1].replace("\\\n", " ").split()) == sorted(TARGETS)


def test_make_calls_no_verb_that_the_command_line_lacks() -> None:
    assert set(re.findall(r"\$\(MLP\) ([a-z]+)", makefile())) <= VERBS.keys()


@pytest.mark.parametrize("target", ["up", "preview", "refresh", "destroy"])
def test_a_target_for_one_stack_takes_the_sandbox_unless_told(target: str) -> None:
    assert f"mlp {target} --stack sandbox" in dry(target)
    assert f"mlp {target} --stack dev" in dry(target, "STACK=dev")


@pytest.mark.parametrize("target", ["rehearse", "prove"])
def test_a_target_for_every_stack_takes_all_unless_told(target: str) -> None:
    assert f"mlp {target} --all" in dry(target)
    assert f"mlp {target} --stack dev" in dry(target, "STACK=dev")


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"help", "clean", "lock", "kind-e2e"}))
def test_every_target_sets_up_what_it_needs(target: str) -> None:
    assert "-m operations.venv" in dry(target)


@pytest.mark.parametrize("target", ["up", "check", "test", "e2e", "fire", "kind-e2e"])
def test_only_what_runs_tests_and_checks_installs_what_they_run_with(target: str) -> None:
    made = [line for line in dry(target).splitlines() if "-m operations.venv" in line]
    assert made
    assert any("--dev" in line for line in made) == (target != "up")


def test_the_unit_tests_need_no_tools() -> None:
    assert "mlp setup" not in dry("test")
    assert "mlp setup --for e2e" in dry("e2e")


def test_the_command_line_starts_without_any_cloud_and_a_preview_without_the_verdict() -> None:
    script = (
        "import sys; sys.modules.update({'pulumi_aws': None, 'pulumi_azure_native': None});"
        "import operations.cli, components.config, providers.provision;"
        "import operations.commands.preview;"
        "assert not {'assurance.verdict.verdict', 'assurance.proofs.capacity'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
