"""Every stack file, rehearsed once in a test run for all tests that want its graph."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_from_json
from components.config.sections import stack_name
from operations.rehearsal import Mode, Rehearsal, rehearse

ROOT = Path(__file__).parents[1]
STACK_FILES = (*sorted(ROOT.glob("Pulumi.*.yaml")), ROOT / "tests/data/stacks/Pulumi.teams.yaml")
"""The stacks themselves, and one whose platform is another stack's."""
NAMES = tuple(sorted(stack_name(path) for path in STACK_FILES))
SHARED = "ML_PLATFORM_TESTS_SHARED"
"""Names the folder that all processes of a test run share."""


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
    return Graph.from_json(written["graph"]), intent_from_json(written["intent"])


@cache
def _rehearse_once(files: tuple[Path, ...], mode: Mode) -> None:
    with _alone():
        missing = [path for path in files if not _kept(path, mode).exists()]
        rehearsal = Rehearsal(root=ROOT, today=date(2026, 1, 1), documents=True)
        for path, done in zip(missing, rehearse(rehearsal, missing, [mode]), strict=True):
            assert done.error is None, f"{done.stack}: {done.error}"
            _write(_kept(path, mode), done.document)


def _write(path: Path, document: Mapping[str, Any] | None) -> None:
    assert document
    path.write_text(json.dumps(document))


def _kept(path: Path, mode: Mode) -> Path:
    return Path(os.environ[SHARED]) / f"{path.stem}.{mode}.json"


@contextmanager
def _alone() -> Iterator[None]:
    """Two workers never rehearse the same."""
    with (Path(os.environ[SHARED]) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
