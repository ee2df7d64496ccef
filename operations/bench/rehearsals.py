"""How long rehearsals take, and how that grows with the number of teams."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from operations.bench.goals import Ratio
from operations.bench.measured import Measured, measure
from operations.progress import Steps
from operations.venv import CLONE

FEW, MANY = 10, 200
_MIB = 2**20


def ratios(work: Path, steps: Steps) -> Iterator[Ratio]:
    """The sandbox's stack in both modes, then stacks of few and of many teams."""
    with steps.step("rehearse sandbox"):
        both = _rehearse("sandbox")
    yield Ratio(
        what="rehearsal of the sandbox stack, both modes", value=both.seconds, goal=3, unit="s"
    )
    cost = {}
    for teams in (FEW, MANY):
        with steps.step(f"rehearse {teams} teams"):
            path = _stack_of(work, teams)
            document = work / f"{teams}.json"
            once = _rehearse(str(path), "--mode", "cold", "--json", str(document))
            cost[teams] = (once, _objects(document))
    many, objects = cost[MANY]
    size = f"{objects} objects"
    yield Ratio(what=f"rehearsal of {MANY} teams", value=many.seconds, goal=30, unit="s", how=size)
    yield Ratio(what="  its memory", value=many.memory / _MIB, goal=700, unit="MiB")
    each = {teams: once.seconds / number for teams, (once, number) in cost.items()}
    how = ", ".join(f"{teams} teams {1000 * s:.1f} ms" for teams, s in each.items())
    growth = each[MANY] / each[FEW]
    yield Ratio(
        what=f"  cost of an object, {MANY} teams to {FEW}",
        value=growth,
        goal=1.3,
        unit="times",
        how=how,
    )


def _rehearse(stack: str, *words: str) -> Measured:
    command = (sys.executable, "-m", "operations.cli", "rehearse", "--stack", stack, *words)
    return measure(*command, cwd=CLONE)


def _stack_of(work: Path, teams: int) -> Path:
    """The sandbox's stack file, with its largest team many times."""
    whole: dict[str, Any] = yaml.safe_load((CLONE / "Pulumi.sandbox.yaml").read_text("utf-8"))
    named = whole["config"]["ml-platform:teams"]
    name, largest = max(((n, json.dumps(team)) for n, team in named.items()), key=_length)
    whole["config"]["ml-platform:teams"] = {
        each: json.loads(largest.replace(f"team.{name}.", f"team.{each}."))
        for each in (f"team-{number:03}" for number in range(teams))
    }
    path = work / f"Pulumi.teams{teams}.yaml"
    path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return path


def _length(team: tuple[str, str]) -> int:
    return len(team[1])


def _objects(document: Path) -> int:
    graph = json.loads(document.read_text("utf-8"))["graph"]
    types = [resource["type"] for resource in graph["resources"]]
    return sum(type_.startswith("kubernetes:") for type_ in types)
