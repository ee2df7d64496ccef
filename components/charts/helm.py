"""The helm program: fetching a chart, rendering it. Everything here starts a process."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components.charts.pin import ChartPin
from components.charts.release import Release

_PATIENCE = 120.0
"""Seconds for a slow repository."""
_LINES = 3


class ChartError(pulumi.RunError):
    """A chart that cannot be had, or cannot be rendered: which, from where, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What the cluster is, as far as charts ask."""

    version: str
    """Kubernetes', such as `1.35`."""
    apis: tuple[str, ...]
    """Custom API versions that will be there; charts silently leave out what needs another."""


def pull(pin: ChartPin, repository: str, into: Path) -> Path:
    """Fetch the packaged chart; whole or not at all."""
    name = f"{pin.chart}-{pin.version}.tgz"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as work:
        where = [f"{repository.rstrip('/')}/{pin.chart}"]
        if not repository.startswith("oci://"):
            where = [pin.chart, "--repo", repository]
        _run("pull", *where, "--version", pin.version, "--destination", work)
        found = sorted(Path(work).glob("*.tgz"))
        if len(found) != 1:
            message = f"helm pull brought {len(found)} files, expected {name}"
            raise ChartError(message)
        return found[0].replace(into / name)


def template(release: Release, chart: Path, target: Target) -> str:
    """What the chart makes of our values; hooks left out, kinds that it defines included."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as values:
        json.dump(release.values, values)
        values.flush()
        return _run(
            *("template", release.name, str(chart), "--namespace", release.namespace),
            *("--kube-version", f"{target.version}.0", "--include-crds", "--no-hooks"),
            *(word for api in target.apis for word in ("--api-versions", api)),
            *("--values", values.name),
        )


def _run(*arguments: str) -> str:
    program = shutil.which("helm")
    if program is None:
        message = "helm is not on PATH; `mlp setup --for charts` builds it"
        raise ChartError(message)
    try:
        done = subprocess.run(  # noqa: S603 - the user's own helm, or the one built here
            [program, *arguments],
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"helm {arguments[0]} did not end within {_PATIENCE:.0f} s"
        raise ChartError(message) from None
    if done.returncode != 0:
        raise ChartError(_last(done.stderr.splitlines()))
    return done.stdout


def _last(lines: Sequence[str]) -> str:
    told = [line.removeprefix("Error: ") for line in lines if line.strip()]
    return "; ".join(told[-_LINES:]) or "helm failed and said nothing"
