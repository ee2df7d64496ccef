"""Tests that run side by side: each runs once, and whatever befalls it or its worker is told."""

import os
import re
import subprocess
import sys
from itertools import chain, cycle, islice, product
from pathlib import Path

from tests.forked import Shares

ROOT = Path(__file__).parents[1]
EVERY_END = """
import os, sys, warnings
import pytest

@pytest.fixture
def broken():
    yield
    raise ValueError("in the teardown")

@pytest.fixture(scope="module")
def once(tmp_path_factory):
    print("made")
    return tmp_path_factory.mktemp("once")

@pytest.mark.parametrize("n", range(40))
def test_good(n, once, tmp_path):
    assert once.parent == tmp_path.parent
    assert os.environ["PYTEST_XDIST_WORKER"] in {"gw0", "gw1"}

def test_bad():
    print("said by who fails")
    assert 1 == 2, "quite so"

def test_skipped():
    pytest.skip("there is no such weather here")

def test_warned():
    warnings.warn("careful")

def test_torn_down(broken):
    pass
"""


def run(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_them.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.forked", "--forks=2", "-rA"]
    basetemp = f"--basetemp={folder / 'temp'}"
    return subprocess.run(
        [*command, basetemp, f"--rootdir={folder}", *options, folder],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_whatever_befalls_a_test_is_told_by_who_has_started_its_worker(tmp_path: Path) -> None:
    done = run(tmp_path, EVERY_END)
    assert done.returncode == 1
    said = done.stdout
    assert "1 failed, 42 passed, 1 skipped, 1 warning, 1 error in" in said
    passed = re.findall(r"^PASSED \S+::test_good\[(\d+)\]$", said, re.MULTILINE)
    assert sorted(map(int, passed)) == list(range(40))
    assert "AssertionError: quite so" in said
    assert "said by who fails" in said
    assert "ValueError: in the teardown" in said
    assert "UserWarning: careful" in said
    assert "there is no such weather here" in said
    folders = {path.name for path in (tmp_path / "temp").iterdir()}
    assert folders == {"worker0", "worker1"}


def test_no_run_is_good_whose_worker_is_gone(tmp_path: Path) -> None:
    text = "import os\ndef test_a(): os._exit(0)\ndef test_b(): pass\n"
    done = run(tmp_path, text)
    assert done.returncode == 2
    assert re.search("a worker is gone in the middle of .*::test_a", done.stdout)


def test_the_first_failure_ends_them_all_where_that_is_asked_for(tmp_path: Path) -> None:
    text = "import time\ndef test_a(): assert 0\ndef test_b(): time.sleep(0.2)\n"
    text += "".join(f"def test_{n}(): time.sleep(0.05)\n" for n in range(40))
    done = run(tmp_path, text, "-x")
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "stopping after 1 failures" in done.stdout


def test_every_test_is_run_once_whoever_is_faster() -> None:
    for tests, workers, pace in product((1, 2, 5, 40), (1, 2, 3, 7), (1, 3, 50)):
        shares, done = Shares(tests, workers), list[int]()
        turns = ([0] * pace + [worker] for worker in cycle(range(workers)))
        for worker in islice(chain.from_iterable(turns), (pace + 1) * workers * tests + tests):
            test = shares.next(worker)
            done += [] if test is None else [test]
        assert sorted(done) == list(range(tests)), (tests, workers, pace)
        assert not any(shares.next(worker) for worker in range(workers))


def test_a_test_that_is_not_stolen_runs_beside_those_of_its_file() -> None:
    shares = Shares(10, 2)
    assert [shares.next(worker) for worker in (0, 1, 0, 1, 1, 1, 1)] == [0, 5, 1, 6, 7, 8, 9]
    assert [shares.next(worker) for worker in (1, 0, 1)] == [4, 2, 3]
