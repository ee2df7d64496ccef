"""Rehearse stacks in every mode, as many at a time as there are cores."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from operations.errors import UserError
from operations.rehearsers import Rehearsers, rehearsers
from operations.stacks import project_name, stack_path

Mode = Literal["cold", "warm"]
MODES: tuple[Mode, ...] = ("cold", "warm")

_ORGANIZATION = "organization"
"""What the engine calls it where there is no organization."""
_UNKNOWN_SECRETS = frozenset({"ml-platform:kubeconfig"})
"""Never opened, wherever the stack keeps it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A stack file without fault, as far as whoever rehearses has to know it."""

    path: Path
    name: str
    platform: str | None
    """The stack whose platform this one uses."""
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    lines: Mapping[str, int]
    """Where each key stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """How one stack came out in one mode."""

    stack: str
    mode: Mode
    seconds: float
    summary: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None
    graph: Mapping[str, Any] | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """What the program exports, as JSON with markers."""
    messages: tuple[str, ...] = ()
    """What the program said."""
    error: str | None = None
    trace: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """What is the same for every stack of one command."""

    root: Path
    today: date
    documents: bool = False
    """Whether whole documents are wanted, beside their summaries."""
    graphs: bool = False
    """Whether graphs alone are wanted, for whoever proves something."""
    fetching: bool = False
    """Whether charts that are not at hand are fetched and rendered: a deployment's first step."""


def commit_day(root: Path) -> date:
    """The committer date of HEAD: a rehearsal's today, unless somebody says otherwise."""
    command = ["git", "-C", str(root), "show", "--no-patch", "--format=%cs", "HEAD"]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - git, from PATH
    except (OSError, subprocess.CalledProcessError):
        message = f"{root} has no commit to take the day from; say it: --today 2026-01-31"
        raise UserError(message) from None
    return date.fromisoformat(shown.stdout.strip())


def rehearse(rehearsal: Rehearsal, paths: Sequence[Path], modes: Sequence[Mode]) -> list[Rehearsed]:
    """Every stack in every mode, in the order in which they were asked for."""
    with crew(rehearsal, len(paths) * len(modes)) as working:
        files = working.read(paths)
        started = [working.start(file, mode) for file in files for mode in modes]
        return [each.result() for each in started]


@contextmanager
def crew(rehearsal: Rehearsal, programs: int) -> "Iterator[Crew]":
    """For as long as a command needs it, to run about so many programs."""
    with rehearsers(programs, fetching=rehearsal.fetching) as children:
        yield Crew(rehearsal, children)


class Crew:
    """Reads stack files, and starts each stack and mode once, after the stack it refers to.

    A child does both: this process loads nothing of what they need.
    """

    def __init__(self, rehearsal: Rehearsal, children: Rehearsers) -> None:
        self._rehearsal = rehearsal
        self._children = children
        self._started: dict[tuple[Path, Mode], Future[Rehearsed]] = {}
        self._starting: list[str] = []

    def read(self, paths: Sequence[Path]) -> list[Checked]:
        """All stack files, or every fault in any of them."""
        files = [str(path.absolute()) for path in paths]
        today = self._rehearsal.today.isoformat()
        answer = self._children.answer({"files": files, "today": today})
        if "error" in answer:
            raise UserError(f"{answer['error']}\n{answer['trace']}".rstrip())
        return [
            Checked(path=path, **{**told, "secret_keys": frozenset(told["secret_keys"])})
            for path, told in zip(paths, answer["files"], strict=True)
        ]

    def start(self, file: Checked, mode: Mode) -> Future[Rehearsed]:
        """Another stack is read as it stands once deployed, so it is rehearsed warm."""
        key = (file.path, mode)
        if key not in self._started:
            other = self._reference(file)
            self._started[key] = self._children.pool.submit(self._run, file, mode, other)
        return self._started[key]

    def _reference(self, file: Checked) -> Future[Rehearsed] | None:
        if file.platform is None:
            return None
        if file.name in self._starting:
            message = f"stacks refer to each other in a circle: {' → '.join(self._starting)}"
            raise UserError(message)
        self._starting.append(file.name)
        [read] = self.read([stack_path(file.path.parent, file.platform)])
        other = self.start(read, "warm")
        self._starting.pop()
        return other

    def _run(self, file: Checked, mode: Mode, other: Future[Rehearsed] | None) -> Rehearsed:
        began = time.monotonic()
        references = {}
        if other is not None:
            exported = other.result()
            if exported.error is not None:
                message = f"stack {exported.stack}, which this one refers to: {exported.error}"
                return Rehearsed(stack=file.name, mode=mode, seconds=0, error=message)
            name = f"{_ORGANIZATION}/{project_name(self._rehearsal.root)}/{exported.stack}"
            references[name] = exported.outputs
        answer = self._children.answer(self._request(file, mode, references))
        return Rehearsed(stack=file.name, mode=mode, seconds=time.monotonic() - began, **answer)

    def _request(
        self, file: Checked, mode: Mode, references: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        withheld = {key: value for key, value in file.config.items() if key not in _UNKNOWN_SECRETS}
        return {
            "mode": mode,
            "today": self._rehearsal.today.isoformat(),
            "document": self._rehearsal.documents,
            "graph": self._rehearsal.graphs,
            "references": references,
            "program": {
                "directory": str(self._rehearsal.root),
                "stack": file.name,
                "project": project_name(self._rehearsal.root),
                "fetching": self._rehearsal.fetching,
                "config": withheld,
                "secret_keys": sorted(file.secret_keys | _UNKNOWN_SECRETS),
            },
        }
