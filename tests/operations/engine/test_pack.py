"""The pack that runs before the engine asks for it; a script of three lines stands for the pack."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from operations.engine.pack import pack_ahead
from operations.venv import CLONE

ANSWERS = """
import os, time
open("seen", "w").write(repr(dict(os.environ)))
print(os.getpid(), flush=True)
time.sleep(60)
"""
"""Its number for a port, so that a test can see whether it lives."""
BREAKS = "raise SystemExit(3)"


def project(directory: Path, pack: str) -> Path:
    """A project with a pack, under the real executable."""
    (directory / "policies").mkdir()
    (directory / "policies" / "__main__.py").write_text(pack, encoding="utf-8")
    shutil.copy(CLONE / "policies" / "run", directory / "policies" / "run")
    return directory


Engine = Callable[[Mapping[str, str]], "subprocess.Popen[str]"]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Engine]:
    """Start a pack as the engine does; one of its own would be a shell's word."""
    own = tmp_path / "own"
    own.write_text("#!/bin/sh\necho own\n", encoding="utf-8")
    own.chmod(0o755)
    with ExitStack() as all_of_them:

        def start(ahead: Mapping[str, str]) -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [tmp_path / "policies" / "run", "127.0.0.1:1"],
                env={"PATH": os.environ["PATH"], "PULUMI_PYTHON_CMD": str(own), **ahead},
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            all_of_them.enter_context(process)
            all_of_them.callback(process.kill)
            return process

        yield start


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_every_engine_of_a_command_is_led_to_the_one_pack_and_it_ends_with_the_command(
    tmp_path: Path, started: Engine
) -> None:
    with pack_ahead(project(tmp_path, ANSWERS), wanted=True) as ahead:
        one, two = started(ahead), started(ahead)
        ports = {first_line(one), first_line(two)}
        assert [one.poll(), two.poll()] == [None, None]
    assert [one.wait(10), two.wait(10)] == [0, 0]
    (port,) = ports
    with pytest.raises(ProcessLookupError):
        os.kill(int(port), 0)


def test_an_engine_that_ends_its_pack_leaves_the_one_ahead_to_the_next(
    tmp_path: Path, started: Engine
) -> None:
    with pack_ahead(project(tmp_path, ANSWERS), wanted=True) as ahead:
        one = started(ahead)
        port = first_line(one)
        one.kill()
        one.wait(10)
        two = started(ahead)
        assert first_line(two) == port
    assert two.wait(10) == 0


def test_a_pack_that_breaks_ahead_of_time_is_started_by_the_engine_which_says_why(
    tmp_path: Path, started: Engine
) -> None:
    with pack_ahead(project(tmp_path, BREAKS), wanted=True) as ahead:
        assert started(ahead).communicate(timeout=10)[0] == "own\n"


def test_an_engine_without_ours_starts_a_pack_as_ever(tmp_path: Path, started: Engine) -> None:
    with pack_ahead(project(tmp_path, ANSWERS), wanted=False) as ahead:
        assert ahead == {}
        assert started(ahead).communicate(timeout=10)[0] == "own\n"
    gone = {"ML_PLATFORM_PACK": str(tmp_path / "gone")}
    assert started(gone).communicate(timeout=10)[0] == "own\n"


def test_no_credential_reaches_the_pack_ahead_and_no_interrupt_of_a_terminal(
    tmp_path: Path, started: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open sesame")
    with pack_ahead(project(tmp_path, ANSWERS), wanted=True) as ahead:
        port = int(first_line(started(ahead)))
        assert os.getsid(port) == port != os.getsid(0)
    seen = (tmp_path / "policies" / "seen").read_text("utf-8")
    assert "open sesame" not in seen
    assert str(CLONE) in seen
