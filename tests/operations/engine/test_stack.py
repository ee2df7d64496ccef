"""How often the engine is started, beside the one time that it is needed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.automation import LocalWorkspace, ProjectSettings

from operations.engine.command import EngineCommand
from operations.engine.guard import Guard
from operations.engine.stack import EngineStack


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[LocalWorkspace]:
    """With a shell script in the engine's place that notes what it is asked."""
    binary = tmp_path / "pulumi"
    binary.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n', encoding="utf-8")
    binary.chmod(0o755)
    with Guard(tmp_path / "run", print) as guard:
        yield LocalWorkspace(
            work_dir=str(tmp_path),
            project_settings=ProjectSettings(name="p", runtime="python"),
            pulumi_command=EngineCommand(binary, {"PATH": os.environ["PATH"]}, guard),
        )


def asked(directory: Path) -> list[str]:
    """Verbs, in their order."""
    file = directory / "asked"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [" ".join(w for w in line.split() if not w.startswith("-"))[:12] for line in lines]


def test_an_operation_on_a_stack_that_exists_starts_the_engine_once(
    workspace: LocalWorkspace, tmp_path: Path
) -> None:
    stack = EngineStack("s", workspace, exists=True)
    assert asked(tmp_path) == []
    stack.destroy()
    stack.refresh()
    assert [words.split()[0] for words in asked(tmp_path)] == ["destroy", "refresh"]
    assert "--stack s" in (tmp_path / "asked").read_text("utf-8")


def test_a_stack_that_may_not_exist_is_looked_for_first(
    workspace: LocalWorkspace, tmp_path: Path
) -> None:
    EngineStack("s", workspace, exists=False)
    assert [words.split()[:2] for words in asked(tmp_path)] == [["stack", "select"]]
