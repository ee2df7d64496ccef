"""Every stack file, rehearsed once in a test run for all tests that want its graph.

That is in a test's own process, which has everything loaded; children are tested for themselves.
"""

import fcntl
import gc
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_from_json
from components.config.sections import stack_name
from operations import rehearsal, rehearsers
from operations.rehearsal import Crew, Mode, Rehearsal
from operations.rehearsers import Rehearsers, seen_by_children
from operations.requests import answered
from tests.shared import SHARED

ROOT = Path(__file__).parents[1]
STACK_FILES = (*sorted(ROOT.glob("Pulumi.*.yaml")), ROOT / "tests/data/stacks/Pulumi.teams.yaml")
"""The stacks themselves, and one whose platform is another stack's."""
NAMES = tuple(sorted(stack_name(path) for path in STACK_FILES))
_TODAY = date(2026, 1, 1)
_REHEARSAL = Rehearsal(root=ROOT, today=_TODAY, documents=True)
T = TypeVar("T")


@cache
def asked(*files: Path, mode: Mode = "warm") -> dict[str, tuple[Graph, Intent]]:
    """The graph and the intent of each stack by the stack's name."""
    wanted = files or STACK_FILES
    _rehearse_once(wanted, mode)
    return {stack_name(path): _read(path, mode) for path in wanted}


@cache
def graphs(*files: Path, mode: Mode = "warm") -> dict[str, Graph]:
    """The graph of each stack by the stack's name."""
    return {name: graph for name, (graph, _) in asked(*files, mode=mode).items()}


@cache
def _read(path: Path, mode: Mode) -> tuple[Graph, Intent]:
    written = json.loads(_kept(path, mode).read_text())
    made = Graph.from_json(written["graph"]), intent_from_json(written["intent"])
    gc.freeze()  # it stays to the end
    return made


@cache
def _rehearse_once(files: tuple[Path, ...], mode: Mode) -> None:
    for path in _shared_out(files):
        with _alone(path.stem):
            if not _kept(path, mode).exists():
                [file] = _crew().read([path])
                done = _crew().start(file, mode).result()
                assert done.error is None, f"{done.stack}: {done.error}"
                _write(_kept(path, mode), done.document)


def _shared_out(files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Two workers that want the same begin at opposite ends."""
    return files[::-1] if os.environ.get("PYTEST_XDIST_WORKER", "").endswith("1") else files


@cache
def _crew() -> Crew:
    return Crew(_REHEARSAL, Here())


class _AtOnce(Executor):
    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Here(Rehearsers):
    """No child: this process."""

    def __init__(self) -> None:
        super().__init__(_AtOnce(), {})

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        with patch.dict(os.environ, seen_by_children(fetching=False), clear=True):
            return answered(dict(request))


def take_over(patching: pytest.MonkeyPatch) -> None:
    """Whatever would start children has this process instead."""

    @contextmanager
    def this_process(programs: int, *, fetching: bool) -> Iterator[Here]:
        assert programs
        assert not fetching
        yield Here()

    patching.setattr(rehearsal, "rehearsers", this_process)
    patching.setattr(rehearsers, "start_ahead", lambda: None)


def _write(path: Path, document: Mapping[str, Any] | None) -> None:
    assert document
    path.write_text(json.dumps(document))


def _kept(path: Path, mode: Mode) -> Path:
    return Path(os.environ[SHARED]) / f"{path.stem}.{mode}.json"


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Two workers never rehearse the same."""
    with (Path(os.environ[SHARED]) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
