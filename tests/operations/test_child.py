import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from operations.child import run_logged


def test_every_line_reaches_the_log_and_the_last_ones_are_kept(tmp_path: Path) -> None:
    lines: list[str] = []
    script = "for i in range(40): print(i)\nimport sys; sys.exit(4)"
    ended = run_logged([sys.executable, "-c", script], tmp_path / "logs" / "log", lines.append)
    assert ended.code == 4
    assert lines == [str(i) for i in range(40)]
    assert ended.tail[-1] == "39"
    assert (tmp_path / "logs" / "log").read_text("utf-8").endswith("38\n39\n")


def test_an_interrupt_ends_the_child_and_what_the_child_started(tmp_path: Path) -> None:
    script = "sleep 60 & echo $!; wait"
    pids: list[int] = []

    def interrupt(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_logged(["/bin/bash", "-c", script], tmp_path / "log", interrupt)
    assert _gone(pids[0])


def test_bytes_that_are_no_text_do_not_end_the_run(tmp_path: Path) -> None:
    ended = run_logged(["/bin/sh", "-c", r"printf '\377\n'"], tmp_path / "log", lambda _line: None)
    assert ended.code == 0


def test_a_terminal_interrupt_reaches_the_parent_only(tmp_path: Path) -> None:
    """The parent decides how its child ends; a group-wide signal must not."""
    ended = run_logged(["/bin/sh", "-c", "ps -o pgid= -p $$"], tmp_path / "log", lambda _line: None)
    assert int(ended.tail[-1]) != os.getpgrp()


def _gone(pid: int) -> bool:
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.strip()
        if not state or state.startswith("Z"):
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False
