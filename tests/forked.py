"""`--forks`: tests are collected once, and run side by side by copies of who has collected them.

Workers that are started anew load and collect the same each, which takes them a tenth of a run.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any
from warnings import WarningMessage

import pytest

AHEAD = 3
"""Tests that a worker knows of: the one it runs, the next, and one more, so that it never waits."""
PATIENCE = 10.0
"""Seconds that a worker has to leave its test and tidy up."""


class GoneError(Exception):
    """A worker has ended before its tests have."""


class Shares:
    """What each worker has yet to run: a stretch of its own, then the end of another's."""

    def __init__(self, tests: int, workers: int) -> None:
        bounds = [tests * worker // workers for worker in range(workers + 1)]
        self._left = [range(*between) for between in pairwise(bounds)]

    def next(self, worker: int) -> int | None:
        own = self._left[worker]
        if own:
            self._left[worker] = own[1:]
            return own[0]
        longest = max(range(len(self._left)), key=lambda other: len(self._left[other]))
        other = self._left[longest]
        self._left[longest] = other[:-1]
        return other[-1] if other else None


@dataclass(slots=True)
class Worker:
    """A copy of this process, as seen from here."""

    number: int
    connection: Connection
    process: int
    doing: list[int] = field(default_factory=list)
    """Tests that it knows of and has not done."""
    last: bool = False
    """It knows that nothing comes after these."""

    def tell(self, shares: Shares) -> None:
        if self.last:
            return
        test = shares.next(self.number)
        if test is None:
            self.last = True
        else:
            self.doing.append(test)
        try:
            self.connection.send(test)
        except OSError as error:
            raise GoneError from error

    def said(self) -> Any:
        try:
            return self.connection.recv()
        except (EOFError, OSError) as error:
            raise GoneError from error

    @property
    def done(self) -> bool:
        return self.last and not self.doing


def count(asked: str) -> int:
    if asked != "auto":
        return int(asked)
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forks", default="1", help="run tests in N processes; auto: one a core")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Every test by one of several workers, unless somebody wants to look at one of them."""
    option = session.config.option
    workers = min(count(option.forks), len(session.items))
    if workers < 2 or option.usepdb or option.collectonly or session.testsfailed:
        return None
    session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # below it are theirs
    crew: list[Worker] = []
    try:
        for number in range(workers):
            crew.append(_started(session, number, [worker.connection for worker in crew]))
        _lead(session, crew, Shares(len(session.items), workers))
    except GoneError:
        doing = [session.items[test].nodeid for worker in crew for test in worker.doing[:1]]
        message = f"a worker is gone in the middle of {' or '.join(doing)}"
        raise session.Interrupted(message) from None
    finally:
        for worker in crew:
            worker.connection.close()
        deadline = time.monotonic() + PATIENCE
        for worker in crew:
            _end(worker.process, deadline)
    return True


def _started(session: pytest.Session, number: int, others: Sequence[Connection]) -> Worker:
    ours, its = Pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            _work(session, number, its, (*others, ours))
            code = 0
        except BaseException:  # noqa: BLE001  # whatever it is, nothing of this process's past runs on
            traceback.print_exc()
        finally:
            os._exit(code)
    its.close()
    return Worker(number, ours, process)


def _end(process: int, deadline: float) -> None:
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def _lead(session: pytest.Session, crew: Sequence[Worker], shares: Shares) -> None:
    for worker in crew:
        for _ in range(AHEAD):
            worker.tell(shares)
    while busy := {worker.connection: worker for worker in crew if not worker.done}:
        for connection in wait(list(busy)):
            _hear(session, busy[connection], shares)  # type: ignore[index]
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)


def _hear(session: pytest.Session, worker: Worker, shares: Shares) -> None:
    hook = session.config.hook
    match worker.said():
        case "done", test:
            worker.doing.remove(test)
            worker.tell(shares)
        case "report", said:
            report = hook.pytest_report_from_serializable(config=session.config, data=said)
            hook.pytest_runtest_logreport(report=report)
        case "warning", said:
            hook.pytest_warning_recorded.call_historic(kwargs=said)


class _Teller:
    """Takes the place of a worker's terminal."""

    def __init__(self, config: pytest.Config, connection: Connection) -> None:
        self._config, self._connection = config, connection

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._connection.send(("report", said))

    def pytest_warning_recorded(
        self,
        warning_message: WarningMessage,
        when: str,
        nodeid: str,
        location: tuple[str, int, str] | None,
    ) -> None:
        said = {"when": when, "nodeid": nodeid, "location": location}
        self._connection.send(("warning", {"warning_message": warning_message, **said}))


def _work(
    session: pytest.Session, number: int, connection: Connection, inherited: Iterable[Connection]
) -> None:
    """What a worker does; it ends where nobody listens any more."""
    for other in inherited:
        other.close()
    _settle(session.config, number, connection)
    try:
        test = connection.recv()
        while test is not None:
            following = connection.recv()
            item = session.items[test]
            nextitem = None if following is None else session.items[following]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            connection.send(("done", test))
            test = following
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        session._setupstate.teardown_exact(None)


def _settle(config: Any, number: int, connection: Connection) -> None:
    """Name, folder and captured output are its own; what is said to the terminal is the run's."""
    os.environ["PYTEST_XDIST_WORKER"] = f"gw{number}"
    config.workerinput = {"workerid": f"gw{number}"}
    folder = config._tmp_path_factory.getbasetemp() / f"worker{number}"
    folder.mkdir(mode=0o700)
    config._tmp_path_factory._basetemp = folder
    capture = config.pluginmanager.getplugin("capturemanager")
    capture.stop_global_capturing()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    capture.start_global_capturing()
    capture.suspend_global_capture()
    config.pluginmanager.unregister(name="terminalreporter")
    config.pluginmanager.register(_Teller(config, connection))
