"""Builds with a stand-in for Go, so that a machine without Go runs them; the real one is in e2e."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from operations.errors import UserError
from operations.filelock import exclusive
from operations.progress import Steps
from operations.toolchain import Recipe, Toolchain
from operations.venv import CLONE
from tests.operations.toolchain.tiny import RECIPE, go


def _builds(directory: Path) -> int:
    path = directory / "builds"
    return len(path.read_text("utf-8").splitlines()) if path.exists() else 0


def test_a_program_is_built_once_and_then_found_without_a_compiler(
    chain: Toolchain, bin_directory: Path
) -> None:
    with Steps() as steps:
        paths = chain.ensure(["tiny"], steps)
    assert paths["tiny"].read_text("utf-8") == "whole"
    assert [each.name for each in steps.finished] == ["build tiny 1.2.3"]
    (bin_directory / "go").unlink()
    with Steps() as again:
        assert chain.ensure(["tiny"], again) == paths
    assert again.finished == ()


def test_two_that_need_a_program_at_once_build_it_once(
    chain: Toolchain, bin_directory: Path
) -> None:
    paths: list[Path] = []
    barrier = threading.Barrier(3)

    def need() -> None:
        barrier.wait()
        with Steps() as steps:
            paths.append(chain.ensure(["tiny"], steps)["tiny"])

    threads = [threading.Thread(target=need) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 3
    assert paths[0].read_text("utf-8") == "whole"
    assert _builds(bin_directory) == 1


@pytest.mark.parametrize("file", ["go.mod", "go.sum", "main.go"])
def test_another_pin_is_another_build(chain: Toolchain, file: str) -> None:
    before = chain.stamp(RECIPE)
    with (chain.sources / "tiny" / file).open("a", encoding="utf-8") as pins:
        pins.write("// changed\n")
    assert chain.stamp(RECIPE) != before


def test_other_flags_are_another_build_and_a_note_beside_the_pins_is_not(chain: Toolchain) -> None:
    before = chain.stamp(RECIPE)
    (chain.sources / "tiny" / "README.md").touch()
    assert chain.stamp(RECIPE) == before
    tagged = Recipe(
        folder="tiny", pin=RECIPE.pin, packages=(".",), programs=RECIPE.programs, tags="x"
    )
    assert chain.stamp(tagged) != before


def test_a_build_that_fails_says_which_the_last_lines_and_where_the_log_is(
    chain: Toolchain, bin_directory: Path
) -> None:
    go(bin_directory, "sys.exit('dial tcp: lookup example.org: no such host')")
    with Steps() as steps, pytest.raises(UserError) as error:
        chain.ensure(["tiny"], steps)
    message = str(error.value)
    assert message.startswith("tiny could not be built")
    assert "no such host" in message
    assert "GOPROXY" in message
    assert str(chain.log(RECIPE)) in message
    assert "no such host" in chain.log(RECIPE).read_text("utf-8")
    assert [path.name for path in (chain.cache / "tools").iterdir()] == ["build.lock"]
    assert chain.find(["tiny"])[0].origin == "missing"


def test_an_interrupted_build_leaves_no_program_and_no_compiler(
    chain: Toolchain, bin_directory: Path
) -> None:
    go(bin_directory, "time.sleep(60)")
    script = dedent(f"""
        from pathlib import Path
        from operations.progress import Steps
        from operations.toolchain import Toolchain
        from tests.operations.toolchain.tiny import RECIPE
        chain = Toolchain(recipes=(RECIPE,), sources=Path({str(chain.sources)!r}),
                          cache=Path({str(chain.cache)!r}))
        with Steps() as steps:
            chain.ensure(["tiny"], steps)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=CLONE, stderr=subprocess.DEVNULL
    ) as child:
        _wait(lambda: _builds(bin_directory) == 1)
        child.send_signal(signal.SIGINT)
        child.wait(15)
    compiler = int((bin_directory / "builds").read_text("utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(compiler, 0)
    assert [path.name for path in (chain.cache / "tools").iterdir()] == ["build.lock"]


def test_what_a_killed_build_left_is_gone_after_the_next(chain: Toolchain) -> None:
    left = chain.cache / "tools" / ".building-killed"
    left.mkdir(parents=True)
    with Steps() as steps:
        chain.ensure(["tiny"], steps)
    assert not left.exists()


def test_who_waits_for_a_lock_is_told_for_whom(tmp_path: Path) -> None:
    told: list[str] = []
    held = threading.Event()

    def hold() -> None:
        with exclusive(tmp_path / "lock", told.append):
            held.set()
            time.sleep(0.1)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    with exclusive(tmp_path / "lock", told.append):
        pass
    holder.join()
    assert told == [f"process {os.getpid()}"]


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
