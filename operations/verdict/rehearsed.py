"""Each family of stacks, rehearsed by its own tree's code; remembered."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from assurance.graph.readers.environment import kept
from assurance.graph.values import Level
from assurance.verdict.fault import Fault
from components import machine
from operations.verdict import store
from operations.verdict.family import Family

_FAULT = re.compile(r"(?P<file>[^:\s]+\.ya?ml):(?:(?P<line>[0-9]+):)? ?(?P<message>.+)")
_HEAD = re.compile(r"stack \S+ does not rehearse .*:")
_SECONDS = 600


def key_of(family: Family, today: date) -> str:
    """The same for families of which nothing that counts is different."""
    return family.key(today.isoformat())


class FamilyJob:
    """One family on one day; every step of it is looked up before it is done.

    What failed is tried again: perhaps something was missing here, not in the tree.
    """

    def __init__(self, family: Family, today: date, levels: Mapping[str, Level]) -> None:
        self.family, self.today, self.levels = family, today, levels
        self.key = key_of(family, today)
        found = {stack: store.recalled(self._of(stack)) for stack in family.stacks}
        self._answers = {stack: each for stack, each in found.items() if each is not None}

    def missing(self) -> list[str]:
        """The stacks whose programs have to be run."""
        return [stack for stack in self.family.stacks if stack not in self._answers]

    def learn(self, stack: str, answer: Mapping[str, Any]) -> None:
        """What one stack's program, run with its own tree's code, came to."""
        self._answers[stack] = dict(answer)
        if "error" not in answer:
            store.store(self._of(stack), answer)

    def documents(self) -> list[Mapping[str, Any]]:
        """What its stacks came to, where none is at fault."""
        return [self._answers[stack]["document"] for stack in self.family.stacks]

    def faults(self) -> list[Fault]:
        """Why there is nothing to decide about."""
        found = (self._answers[stack] for stack in self.family.stacks)
        return [fault for each in found for fault in faults_of(each)]

    def _of(self, stack: str) -> str:
        return hashlib.sha256(f"{self.key}{stack}".encode()).hexdigest()


def rehearse_all(waiting: Sequence[tuple[FamilyJob, str]], place: Path) -> None:
    """Run the programs of one tree: together, and apart only if that fails."""
    today = waiting[0][0].today.isoformat()
    together = dict.fromkeys(stack for _, stack in waiting)
    found = _rehearsed([*together], place, today)
    for job, stack in waiting:
        job.learn(stack, found[stack])


def faults_of(answer: Mapping[str, Any]) -> list[Fault]:
    """What a program, or we, said in place of a document."""
    if "error" not in answer:
        return []
    said = [line.strip() for line in str(answer["error"]).splitlines()]
    found = [match for line in said if (match := _FAULT.fullmatch(line))]
    if not found:
        words = [line for line in said if line and not _HEAD.fullmatch(line)]
        return [Fault(message="; ".join(words) or "the rehearsal said nothing")]
    return [
        Fault(
            file=match["file"],
            line=int(match["line"]) if match["line"] else None,
            message=match["message"],
        )
        for match in found
    ]


def _rehearsed(stacks: Sequence[str], place: Path, today: str) -> dict[str, dict[str, Any]]:
    words = ["rehearse", "--stack", *stacks, "--mode", "warm", "--json", "-", "--today", today]
    answer = _child(["-m", "operations.cli", *words], place, "")
    if "error" not in answer:
        return {each["graph"]["stack"]: {"document": each} for each in answer.get("runs", [answer])}
    if len(stacks) == 1:
        return {stacks[0]: answer}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        apart = pool.map(lambda stack: _rehearsed([stack], place, today), stacks)
        return {stack: each for found in apart for stack, each in found.items()}


def _child(words: Sequence[str], place: Path, request: str) -> dict[str, Any]:
    """What a child process answers; its last words where it fails."""
    environment = kept(os.environ) | {"ML_PLATFORM_CACHE": str(machine.directory())}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *words],
        cwd=place,
        env=environment,
        input=request,
        capture_output=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        return {"error": done.stderr.replace(f"{place}/", "").replace(str(place), ".")}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
