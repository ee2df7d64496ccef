"""The engine beside kubectl: the same objects, on the same control plane, in the same run."""

import json
import os
import runpy
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations import sandbox as sandboxes
from operations.bench.goals import Ratio
from operations.bench.measured import Measured, measure
from operations.progress import Steps
from operations.toolchain import ensure
from operations.venv import CLONE

PROGRAM = CLONE / "tests" / "bench" / "program"
STACK = "sandbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    """A way to get the objects onto the cluster, and off it again."""

    up: float
    destroy: float


def ratios(work: Path, teams: int, steps: Steps) -> Iterator[Ratio]:
    """Up, preview and destroy with everything that every stack has: pack, gate, client settings."""
    project = _project(work)
    os.environ["ML_PLATFORM_BENCH_TEAMS"] = str(teams)
    objects = _objects(teams)
    try:
        with steps.step("sandbox"):
            _mlp(project, "preview")
        theirs = _kubectl(project, objects, steps)
        with steps.step(f"mlp up, {teams} teams"):
            up = _mlp(project, "up")
        with steps.step("mlp preview"):
            preview = _mlp(project, "preview", "--expect-no-changes")
        with steps.step("mlp destroy"):
            destroy = _mlp(project, "destroy")
    finally:
        _sandbox(project, "remove")
    yield from _compared(up, preview, destroy, theirs)


def _compared(up: Measured, preview: Measured, destroy: Measured, theirs: Rival) -> Iterator[Ratio]:
    deployed, gone = _seconds(up), _seconds(destroy)
    how = f"{deployed:.1f} s, kubectl apply and wait {theirs.up:.1f} s"
    yield Ratio(
        what="up, to kubectl apply and wait",
        value=deployed / theirs.up,
        goal=2,
        unit="times",
        how=how,
    )
    how = "with preview and summary, from the shell"
    yield Ratio(
        what="  the whole command", value=up.seconds / theirs.up, goal=3, unit="times", how=how
    )
    yield Ratio(what="empty second preview", value=preview.seconds, goal=6, unit="s")
    how = f"{gone:.1f} s, kubectl delete {theirs.destroy:.1f} s"
    yield Ratio(
        what="destroy, to kubectl delete",
        value=gone / theirs.destroy,
        goal=0.6,
        unit="times",
        how=how,
    )


def _project(work: Path) -> Path:
    """The bench program as a project of its own, under the policy pack and levels of its own."""
    project = work / "program"
    shutil.copytree(
        PROGRAM, project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    for part in (CLONE / "policies").iterdir():
        if not (project / "policies" / part.name).exists():
            (project / "policies" / part.name).symlink_to(part)
    return project


def _kubectl(project: Path, objects: Sequence[dict[str, Any]], steps: Steps) -> Rival:
    """What people would do by hand."""
    tools = ensure(("kubectl",), steps)
    kubeconfig = sandboxes.home(project) / STACK / "kubeconfig"
    manifests = project / "objects.json"
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    manifests.write_text(json.dumps(listed), encoding="utf-8")
    kubectl = (tools["kubectl"], f"--kubeconfig={kubeconfig}")
    apply = (*kubectl, "apply", "--server-side", "-f", str(manifests))
    wait = (*kubectl, "wait", "--for=condition=Available", "deployment", "--all", "-A")
    delete = (*kubectl, "delete", "-f", str(manifests))
    with steps.step("kubectl apply and wait"):
        up = measure(*apply, cwd=project).seconds
        up += measure(*wait, "--timeout=300s", cwd=project).seconds
    with steps.step("kubectl delete"):
        return Rival(up=up, destroy=measure(*delete, cwd=project).seconds)


def _objects(teams: int) -> list[dict[str, Any]]:
    manifests = runpy.run_path(str(PROGRAM / "objects.py"))["manifests"]
    return [item for number in range(teams) for item in manifests(f"team-{number:03}")]


def _mlp(project: Path, verb: str, *words: str) -> Measured:
    command = (sys.executable, "-m", "operations.cli", verb, "--stack", STACK, "--json", *words)
    return measure(*command, "--project", str(project), cwd=CLONE)


def _sandbox(project: Path, verb: str) -> None:
    command = (sys.executable, "-m", "operations.cli", "sandbox", verb, "--all")
    measure(*command, cwd=project)


def _seconds(measured: Measured) -> float:
    return float(json.loads(measured.output)["seconds"])
