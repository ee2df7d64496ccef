"""Rehearse stacks in every mode, as many at a time as there are cores."""

import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from components.config import ConfigError, Fault, StackFile, read_stack_file
from operations.errors import UserError
from operations.rehearsers import Rehearsers, rehearsers
from operations.stacks import project_name, stack_path
from providers.config import PlatformReference

Mode = Literal["cold", "warm"]
MODES: tuple[Mode, ...] = ("cold", "warm")

_ORGANIZATION = "organization"
"""What the engine calls it where there is no organization."""
_UNKNOWN_SECRETS = frozenset({"ml-platform:kubeconfig"})
"""Never opened, wherever the stack keeps it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """How one stack came out in one mode."""

    stack: str
    mode: Mode
    seconds: float
    summary: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None
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
    documents: bool
    """Whether whole documents are wanted, beside their summaries."""
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
    files = read_all(paths, rehearsal.today)
    with rehearsers(fetching=rehearsal.fetching) as children:
        crew = Crew(rehearsal, children)
        started = [crew.start(file, mode) for file in files for mode in modes]
        return [each.result() for each in started]


def read_all(paths: Iterable[Path], today: date) -> list[StackFile]:
    """All stack files, or every fault in any of them."""
    files: list[StackFile] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            files.append(read_stack_file(path, today))
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults)
    return files


class Crew:
    """Starts each stack and mode once, after the stack that it refers to."""

    def __init__(self, rehearsal: Rehearsal, children: Rehearsers) -> None:
        self._rehearsal = rehearsal
        self._children = children
        self._started: dict[tuple[Path, Mode], Future[Rehearsed]] = {}
        self._starting: list[str] = []

    def start(self, file: StackFile, mode: Mode) -> Future[Rehearsed]:
        """Another stack is read as it stands once deployed, so it is rehearsed warm."""
        key = (file.path, mode)
        if key not in self._started:
            other = self._reference(file)
            self._started[key] = self._children.pool.submit(self._run, file, mode, other)
        return self._started[key]

    def _reference(self, file: StackFile) -> Future[Rehearsed] | None:
        platform = file.stack.platform
        if not isinstance(platform, PlatformReference):
            return None
        if file.name in self._starting:
            message = f"stacks refer to each other in a circle: {' → '.join(self._starting)}"
            raise UserError(message)
        self._starting.append(file.name)
        path = stack_path(file.path.parent, platform.from_stack)
        other = self.start(read_stack_file(path, self._rehearsal.today), "warm")
        self._starting.pop()
        return other

    def _run(self, file: StackFile, mode: Mode, other: Future[Rehearsed] | None) -> Rehearsed:
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
        self, file: StackFile, mode: Mode, references: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        withheld = {key: value for key, value in file.config.items() if key not in _UNKNOWN_SECRETS}
        return {
            "mode": mode,
            "today": self._rehearsal.today.isoformat(),
            "document": self._rehearsal.documents,
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
