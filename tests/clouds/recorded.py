"""The sample programs' graphs, as they were recorded with the clouds' own SDKs."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from assurance.graph.graph import Graph
from assurance.graph.readers.recording import Program, record

HERE = Path(__file__).parent
CLOUDS = ("aws", "azure")
Mode = Literal["cold", "warm"]
MODES: tuple[Mode, ...] = ("cold", "warm")


@cache
def recorded(cloud: str, mode: Mode = "cold") -> Graph:
    """The graph of a sample program."""
    return Graph.from_json(json.loads(path(cloud, mode).read_text()))


def path(cloud: str, mode: Mode) -> Path:
    """Where it is kept."""
    return HERE / "recorded" / f"{cloud}-{mode}.json"


def record_now(cloud: str, mode: Mode) -> Mapping[str, Any]:
    """The same, by running the program."""
    program = Program(directory=HERE / "programs" / cloud, stack="lab", project="ml-platform")
    whole = record(program, mode).to_json()
    return {**whole, "resources": [_spare(each) for each in whole["resources"]]}


def _spare(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what differs from machine to machine, or from one SDK to the next."""
    return {key: value for key, value in resource.items() if key not in {"options", "origin"}}


if __name__ == "__main__":
    for each in CLOUDS:
        for how in MODES:
            text = json.dumps(record_now(each, how), indent=1, sort_keys=True)
            path(each, how).write_text(f"{text}\n")
