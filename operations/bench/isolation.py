"""How long the isolation proof takes, beside network-config-analyzer on the same files."""

import gc
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assurance.graph.readers.manifests import read_manifests
from assurance.proofs.findings import Status
from assurance.proofs.isolation import isolation
from components import machine
from operations.bench import company
from operations.bench.goals import Ratio
from operations.bench.measured import measure
from operations.errors import UserError
from operations.progress import Steps
from operations.venv import CLONE, Environment, ensure

GOALS: Mapping[int, float] = {100: 0.3, 1000: 5.0}
"""Teams, and seconds of a processor."""
RIVALS = 60
_NCA = """
import json, sys, time
from nca.nca_cli import nca_main
began = time.process_time()
nca_main(["--connectivity", "-r", sys.argv[1], "-o", "txt_no_fw_rules",
          "-f", sys.argv[1] + ".txt"])
print(json.dumps({"seconds": time.process_time() - began}))
"""


def ratios(work: Path, steps: Steps) -> Iterator[Ratio]:
    """Many teams against the clock, then some beside the analyzer: processor time, both."""
    for teams, goal in GOALS.items():
        with steps.step(f"isolation of {teams} teams"):
            seconds, _ = _ours(_written(work, teams), teams)
        what = f"isolation of {teams} teams of {company.WORKLOADS} workloads"
        yield Ratio(what=what, value=seconds, goal=goal, unit="s")
    folder = _written(work, RIVALS)
    with steps.step(f"isolation of {RIVALS} teams, network-config-analyzer"):
        theirs = _theirs(folder)
        seconds, reading = _ours(folder, RIVALS)
    whole = reading + seconds
    yield Ratio(
        what=f"files to verdict for {RIVALS} teams, to network-config-analyzer",
        value=whole / theirs,
        goal=0.1,
        unit="times",
        how=f"{whole:.2f} s ({seconds:.2f} s of it the proof), analyzer {theirs:.1f} s",
    )


def _written(work: Path, teams: int) -> Path:
    """The teams' manifests, with their namespaces, as one file in a folder of its own."""
    folder = work / f"company-{teams}"
    if not folder.exists():
        folder.mkdir()
        asked = company.intent(teams)
        names: list[dict[str, Any]] = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            for name in asked.teams
        ]
        listed = [*names, *company.manifests(asked)]
        text = "---\n".join(json.dumps(one) + "\n" for one in listed)
        (folder / "all.yaml").write_text(text, encoding="utf-8")
    return folder


def _ours(folder: Path, teams: int) -> tuple[float, float]:
    """Seconds of a processor for the proof, and for all that comes before it."""
    began = time.process_time()
    graph = read_manifests(folder)
    gc.collect()
    reading = time.process_time() - began
    asked = company.intent(teams)
    began = time.process_time()
    found = isolation(graph, asked)
    seconds = time.process_time() - began
    if {each.status for each in found.findings} != {Status.PROVED}:
        message = f"{teams} teams are not proved apart, so what was measured is something else"
        raise UserError(message)
    return seconds, reading


def _theirs(folder: Path) -> float:
    """The analyzer's own seconds of a processor, without starting Python and its imports."""
    own = Environment(
        directory=machine.directory() / "python" / "nca", lock=CLONE / "requirements-nca.lock"
    )
    ensure(own, lambda _text: None)
    done = measure(own.python, "-c", _NCA, str(folder), cwd=folder.parent)
    return float(json.loads(done.output.splitlines()[-1])["seconds"])
