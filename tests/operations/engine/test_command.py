import os
import signal
import threading
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from pulumi.automation.errors import ConcurrentUpdateError

from operations.engine.command import EngineCommand
from operations.engine.guard import EngineKilledError, Guard
from operations.toolchain import version


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Guard]:
    with Guard(tmp_path / "run", print) as made:
        yield made


def engine(tmp_path: Path, guard: Guard, script: str) -> EngineCommand:
    """A shell script in the engine's place."""
    binary = tmp_path / "pulumi"
    binary.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    binary.chmod(0o755)
    return EngineCommand(binary, {"PATH": os.environ["PATH"], "HOME": "/nowhere"}, guard)


def test_the_sdk_and_the_engine_that_is_built_are_of_one_version() -> None:
    assert version("pulumi") == metadata.version("pulumi")


def test_output_arrives_line_by_line_and_as_a_whole(tmp_path: Path, guard: Guard) -> None:
    lines: list[str] = []
    command = engine(tmp_path, guard, "echo one; echo two; echo three >&2")
    result = command.run(["up"], str(tmp_path), {}, lines.append)
    assert lines == ["one", "two"]
    assert (result.stdout, result.stderr) == ("one\ntwo", "three")


def test_the_engine_is_never_asked_a_question(tmp_path: Path, guard: Guard) -> None:
    command = engine(tmp_path, guard, 'echo "$1"; cat')
    assert command.run(["up"], str(tmp_path), {}).stdout == "--non-interactive"


def test_the_engine_sees_the_environment_that_it_was_given_and_no_more(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "mine")
    said = engine(tmp_path, guard, "env").run(["up"], str(tmp_path), {"EXTRA": "x"}).stdout
    assert "PULUMI_ACCESS_TOKEN" not in said
    assert "HOME=/nowhere" in said
    assert "EXTRA=x" in said


def test_what_a_plugin_leaves_among_temporary_files_goes_with_the_command(
    tmp_path: Path, guard: Guard
) -> None:
    command = engine(tmp_path, guard, 'echo token > "$TMPDIR/kubeconfig"; echo "$TMPDIR"/*')
    left = Path(command.run(["up"], str(tmp_path), {}).stdout)
    assert left.name == "kubeconfig"
    assert not left.parent.exists()


def test_a_locked_stack_is_told_apart_from_every_other_failure(
    tmp_path: Path, guard: Guard
) -> None:
    command = engine(tmp_path, guard, "echo the stack is currently locked by 1 lock >&2; exit 1")
    with pytest.raises(ConcurrentUpdateError):
        command.run(["up"], str(tmp_path), {})


def test_a_killed_engine_is_no_failed_engine(tmp_path: Path, guard: Guard) -> None:
    command = engine(tmp_path, guard, "kill -9 $$")
    with pytest.raises(EngineKilledError, match="signal 9"):
        command.run(["up"], str(tmp_path), {})


def test_interrupts_are_passed_on_one_by_one_and_the_third_kills(
    tmp_path: Path, guard: Guard
) -> None:
    script = "trap 'echo interrupted' INT; echo ready; while :; do sleep 0.02; done"
    command = engine(tmp_path, guard, script)
    ready, lines = threading.Event(), []

    def hear(line: str) -> None:
        lines.append(line)
        ready.set()

    failures: list[BaseException] = []

    def work() -> None:
        try:
            command.run(["up"], str(tmp_path), {}, hear)
        except EngineKilledError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait(5)
    for heard in (2, 3):
        assert command.interrupt()
        deadline = time.monotonic() + 5
        while len(lines) < heard and time.monotonic() < deadline:
            time.sleep(0.01)
    assert command.interrupt()
    thread.join(5)
    assert lines == ["ready", "interrupted", "interrupted"]
    assert str(signal.SIGKILL.value) in str(failures[0])
    assert command.interrupt() is None
