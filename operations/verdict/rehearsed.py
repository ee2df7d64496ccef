"""Each family of stacks, rehearsed by its own tree's code and proved by ours; remembered."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache as once
from pathlib import Path
from typing import Any

from assurance.graph.readers.recording.hermetic import kept
from assurance.verdict.verdict import Fault
from components import machine
from operations.venv import CLONE
from operations.verdict import store
from operations.verdict.family import Family

_FAULT = re.compile(r"(?P<file>[^:\s]+\.ya?ml):(?:(?P<line>[0-9]+):)? ?(?P<message>.+)")
_HEAD = re.compile(r"stack \S+ does not rehearse .*:")
_SECONDS = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a family."""

    document: Mapping[str, Any] | None = None
    faults: tuple[Fault, ...] = ()


def key_of(family: Family, today: date) -> str:
    """The same for families of which nothing that counts is different."""
    return family.key(today.isoformat())


class FamilyJob:
    """One family on one day; every step of it is looked up before it is done.

    What failed is tried again: perhaps something was missing here, not in the tree.
    """

    def __init__(self, family: Family, today: date, levels: Mapping[str, str]) -> None:
        self._family, self._today, self._levels = family, today.isoformat(), dict(levels)
        self.key = key_of(family, today)
        found = {stack: store.recalled(self._of(stack)) for stack in family.stacks}
        self._answers = {stack: each for stack, each in found.items() if each is not None}

    def missing(self) -> list[str]:
        """The stacks whose programs have to be run."""
        return [stack for stack in self._family.stacks if stack not in self._answers]

    def rehearse(self, stack: str, place: Path) -> None:
        """Run one stack's program with its own tree's code."""
        answer = _rehearsed(stack, place, self._today)
        self._answers[stack] = answer
        if "error" not in answer:
            store.store(self._of(stack), answer)

    def prove(self) -> Outcome:
        """Decide about all of its stacks together."""
        found = [self._answers[stack] for stack in self._family.stacks]
        faults = [fault for each in found for fault in faults_of(each)]
        if faults:
            return Outcome(faults=tuple(dict.fromkeys(faults)))
        request = {
            "name": self._family.name,
            "today": self._today,
            "levels": self._levels,
            "documents": [each["document"] for each in found],
        }
        text = json.dumps(request, sort_keys=True)
        key = hashlib.sha256(f"{_judge()}{text}".encode()).hexdigest()
        answer = store.recalled(key)
        if answer is None:
            answer = _child(["-m", "operations.verdict.judging"], CLONE, text)
            if "error" in answer:
                return Outcome(faults=tuple(faults_of(answer)))
            store.store(key, answer)
        return Outcome(document=answer)

    def _of(self, stack: str) -> str:
        return hashlib.sha256(f"{self.key}{stack}".encode()).hexdigest()


def faults_of(answer: Mapping[str, Any]) -> list[Fault]:
    """What a program, or we, said in place of a document."""
    if "document" in answer:
        return []
    said = [line.strip() for line in str(answer.get("error", "")).splitlines()]
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


def _rehearsed(stack: str, place: Path, today: str) -> dict[str, Any]:
    words = ["rehearse", "--stack", stack, "--mode", "warm", "--json", "-", "--today", today]
    answer = _child(["-m", "operations.cli", *words], place, "")
    return answer if "error" in answer else {"document": answer}


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


@once
def _judge() -> str:
    """The hash of what decides: proofs of another version may say something else."""
    found = hashlib.sha256(sys.version.encode())
    for folder in ("assurance", "operations"):
        for path in sorted((CLONE / folder).rglob("*.py")):
            found.update(f"{path.relative_to(CLONE)}\0".encode() + path.read_bytes())
    return found.hexdigest()
