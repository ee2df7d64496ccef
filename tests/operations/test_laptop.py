"""What `doctor` says of a machine that is to carry a cluster of kind; every fault has a remedy."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations import laptop
from operations.cli import main
from operations.diagnosis import GIB, Level, Line
from operations.errors import UserError
from providers.config import KindConfig


def config(**keys: Any) -> KindConfig:
    return KindConfig.model_validate({"provider": "kind", **keys})


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def docker(folder: Path, processors: int, gibibytes: int) -> None:
    """One that is asked for its version, then for what its machine has."""
    answer = f"{processors} {gibibytes * GIB}"
    program(folder, "docker", f'case "$3" in *NCPU*) echo {answer};; *) echo 29.0;; esac')


def found(stack: KindConfig) -> dict[str, Line]:
    return {line.subject: line for line in laptop.lines("dev", stack)}


def test_without_docker_and_kind_both_are_at_fault_with_a_remedy(bare: Path) -> None:
    assert list(bare.iterdir()) == []
    said = found(config())
    for name in ("docker", "kind"):
        assert said[name].level is Level.FAULT
        assert said[name].fix
    assert "memory for kind" not in said, "Docker's machine is not this one"


def test_a_docker_that_refuses_this_user_says_so_in_its_own_words(bare: Path) -> None:
    program(bare, "docker", "echo permission denied >&2; exit 1")
    line = laptop.docker_line()
    assert (line.level, line.says) == (Level.FAULT, "permission denied")


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("kind version 0.31.0", Level.OK),
        ("kind version 1.0.0", Level.OK),
        ("kind version 0.30.2", Level.NOTE),
        ("hello", Level.NOTE),
    ],
)
def test_a_kind_that_is_older_than_the_node_images_is_told(
    bare: Path, said: str, level: Level
) -> None:
    program(bare, "kind", f"echo {said}")
    line = laptop.kind_line()
    assert line.level is level
    assert said in line.says
    assert (line.fix is not None) == (level is not Level.OK)


@pytest.mark.parametrize(("gibibytes", "level"), [(15, Level.FAULT), (16, Level.OK)])
def test_all_nodes_together_have_to_find_their_memory(
    bare: Path, gibibytes: int, level: Level
) -> None:
    """Four workers of 3 GiB with 400 MiB of their own, and 1 GiB: 14.6; two more MiB are 15.1."""
    docker(bare, 8, gibibytes)
    line = found(config(node={"memory": "3200Mi"}))["memory for kind"]
    assert line.level is level
    assert "4 workers" in line.says
    assert (line.fix is None) == (level is Level.OK)


@pytest.mark.parametrize(("processors", "level"), [(1, Level.FAULT), (2, Level.OK)])
def test_one_node_has_to_find_its_cores(bare: Path, processors: int, level: Level) -> None:
    docker(bare, processors, 64)
    assert found(config(node={"cpu": 2}))["processors for kind"].level is level


def test_limits_of_inotify_are_told_with_what_they_should_be(tmp_path: Path) -> None:
    (tmp_path / "max_user_instances").write_text("128\n", "ascii")
    (tmp_path / "max_user_watches").write_text("1048576\n", "ascii")
    few, enough = laptop.inotify_lines(tmp_path)
    assert (few.level, enough.level) == (Level.NOTE, Level.OK)
    assert few.fix is not None
    assert "fs.inotify.max_user_instances=512" in few.fix


@pytest.mark.parametrize(("modules", "level"), [("nfnetlink_queue 1", Level.OK), ("", Level.NOTE)])
def test_a_kernel_that_cannot_enforce_policies_is_told(
    tmp_path: Path, modules: str, level: Level
) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "modules").write_text(modules, "ascii")
    assert laptop.queue_line(tmp_path).level is level


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_that_somebody_has_is_named_with_the_key_that_wants_it(taken: int) -> None:
    lines = {line.subject: line for line in laptop.port_lines("dev", config(api_port=taken))}
    line = lines[f"port {taken}"]
    assert line.level is Level.NOTE
    assert line.fix is not None
    assert "platform.cluster.api_port" in line.fix


def test_an_up_is_refused_with_everything_that_is_at_fault_at_once(bare: Path) -> None:
    docker(bare, 1, 1)
    with pytest.raises(UserError) as refused:
        laptop.require("dev", config())
    for subject in ("kind", "processors for kind", "memory for kind"):
        assert f"  {subject}: " in str(refused.value)
    assert str(refused.value).count("→") == 3


def test_only_a_stack_that_is_asked_for_makes_its_lacks_faults(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bare.exists()
    main(["doctor"])
    assert "stack dev cannot run here" in capsys.readouterr().out
    main(["doctor", "--stack", "dev"])
    asked = capsys.readouterr().out
    assert "cannot run here" not in asked
    assert "FAULT  docker" in asked
