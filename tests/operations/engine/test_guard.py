import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine.guard import EngineKilledError, Guard, end_session
from operations.errors import UserError

_DRIVER = """
import subprocess, sys, time
from pathlib import Path
from operations.errors import UserError
from operations.engine.guard import Guard

with Guard(Path(sys.argv[1]), print) as guard, guard.operation("up"):
    child = subprocess.Popen(
        ["/bin/sh", "-c", sys.argv[2]], pass_fds=(guard.descriptor,), start_new_session=True
    )
    guard.started(child.pid)
    print(child.pid, flush=True)
    time.sleep(60)
"""


def killed_driver(path: Path, script: str) -> int:
    """A command that is killed while its engine works; the engine's process."""
    driver = subprocess.Popen(
        [sys.executable, "-c", _DRIVER, str(path), script], stdout=subprocess.PIPE, text=True
    )
    assert driver.stdout is not None
    engine = int(driver.stdout.readline())
    driver.kill()
    driver.wait()
    driver.stdout.close()
    return engine


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z " not in stat.read_text("utf-8")


def test_an_operation_that_ends_leaves_nothing(tmp_path: Path) -> None:
    with Guard(tmp_path / "run", print) as guard, guard.operation("up"):
        guard.started(1)
    with Guard(tmp_path / "run", print) as guard:
        assert guard.unfinished is None


def test_an_operation_that_fails_by_itself_was_not_cut_short(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError),
        Guard(tmp_path / "run", print) as guard,
        guard.operation("up"),
    ):
        raise UserError
    with Guard(tmp_path / "run", print) as guard:
        assert guard.unfinished is None


def test_an_engine_that_was_killed_is_remembered_until_somebody_has_mended_it(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(EngineKilledError),
        Guard(tmp_path / "run", print) as guard,
        guard.operation("destroy"),
    ):
        raise EngineKilledError(9)
    with Guard(tmp_path / "run", print) as guard:
        assert guard.unfinished is not None
        assert guard.unfinished.operation == "destroy"
        with guard.operation("refresh"):
            pass
    with Guard(tmp_path / "run", print) as guard:
        assert guard.unfinished is not None
        assert guard.unfinished.operation == "destroy"
        guard.recovered()
    with Guard(tmp_path / "run", print) as guard:
        assert guard.unfinished is None


def test_an_engine_whose_command_was_killed_is_asked_to_end_and_does(tmp_path: Path) -> None:
    engine = killed_driver(tmp_path / "run", "trap 'exit 0' INT; while :; do sleep 0.05; done")
    assert alive(engine)
    said: list[str] = []
    with Guard(tmp_path / "run", said.append) as guard:
        assert not alive(engine)
        assert guard.unfinished is not None
        assert guard.unfinished.session == engine
    assert said


def test_an_engine_that_does_not_listen_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.engine.guard._PATIENCE", 0.3)
    plugin = tmp_path / "plugin"
    script = f"trap '' INT; sleep 60 & echo $! > {plugin}; wait; sleep 60"
    engine = killed_driver(tmp_path / "run", script)
    until(lambda: plugin.exists() and plugin.read_text("utf-8") != "")
    with Guard(tmp_path / "run", print):
        until(lambda: not alive(engine))
        until(lambda: not alive(int(plugin.read_text("utf-8"))))


def test_a_plugin_that_outlives_its_engine_is_noticed(tmp_path: Path) -> None:
    engine = killed_driver(tmp_path / "run", "sleep 1 & exit 0")
    until(lambda: not alive(engine))
    begun = time.monotonic()
    with Guard(tmp_path / "run", print):
        assert time.monotonic() - begun > 0.3


def test_ending_a_session_ends_no_other(tmp_path: Path) -> None:
    del tmp_path
    ours, other = (
        subprocess.Popen(["/bin/sh", "-c", "sleep 60 & wait"], start_new_session=True)
        for _ in range(2)
    )
    try:
        end_session(ours.pid)
        assert ours.wait(5) == -signal.SIGKILL
        assert other.poll() is None
    finally:
        os.killpg(other.pid, signal.SIGKILL)
        other.wait()
