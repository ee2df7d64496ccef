"""What holds for all tests: what the processes of one run share and leave, and no clocks."""

import gc
import importlib
import os
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from components import machine
from tests.forked import pytest_addoption, pytest_runtestloop  # noqa: F401 - hooks of this too
from tests.leftovers import end_all
from tests.shared import SHARED

# A busy machine is no fault, and a commit is judged by the same examples every time.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
# What `make test` has time for, and `make fire`, which goes where nobody has been.
settings.register_profile("quick", settings.get_profile("patient"), max_examples=20)
settings.register_profile(
    "full", settings.get_profile("patient"), max_examples=150, derandomize=False
)
settings.load_profile("patient")

# Tables of every character take seconds to make, and are a Python's, not a clone's.
set_hypothesis_home_dir(machine.directory() / "hypothesis")

# Whole stacks stay in memory to the end: looking for garbage among them again and again is waste.
gc.set_threshold(100_000, 20, 100)

# A shell's background job starts with interrupts ignored, and so would every child of a test.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What has been loaded by now stays: nobody need ever look for garbage in it."""
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where every test is of a tier that is not run, nothing is loaded to find that out."""
    others = config.option.markexpr.startswith("not e2e")
    return True if others and collection_path == Path(__file__).parent / "e2e" else None


def pytest_configure(config: pytest.Config) -> None:
    """Made by whoever starts the run, inherited by its workers."""
    if SHARED in os.environ:
        return
    folder = TemporaryDirectory(prefix="ml-platform-tests-")
    os.environ[SHARED] = folder.name

    def forget() -> None:
        del os.environ[SHARED]
        folder.cleanup()

    config.add_cleanup(forget)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Workers that are cut off in a long fixture cannot tidy up: whoever started them does."""
    workers = getattr(config, "workerinput", None) is not None
    factory = config._tmp_path_factory  # type: ignore[attr-defined]
    if not workers and factory._basetemp and (ended := end_all(factory._basetemp)):
        config.get_terminal_writer().line(f"ended {ended} processes that the tests had started")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A worker tells of a test once where all went well: to say everything is a tenth of a run."""
    option, worker = item.config.option, hasattr(item.config, "workerinput")
    if not worker or option.verbose > 0 or option.durations is not None:
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process rehearses, in less time than a child takes to start."""
    importlib.import_module("tests.rehearsed").take_over(
        monkeypatch
    )  # of no use to who starts workers
