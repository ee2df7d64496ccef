"""A project of the test's own, used as a person uses the clone: stack files, `mlp`, kubectl."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.cluster import Kubectl

ROOT = Path(__file__).parents[2]
LEVELS = {"capacity": "advisory", "images-have-a-digest": "disabled", "unknown": "advisory"}
"""What is tried is what a cluster does, also with what the pack would not let through."""
_SECONDS = 300
_WITHOUT = {"connectivity", "live", "prove", "sandbox"}
"""Verbs that find their project where they run."""
_BUILT_IN = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """The program as it is, with other stack files."""

    directory: Path
    kubectl_binary: Path
    seconds: float = _SECONDS
    """For one command."""

    def write(self, stack: str, config: Mapping[str, Any]) -> None:
        """One stack file; keys without `ml-platform:`."""
        disabled = {"pulumi:disable-default-providers": ["kubernetes"]}
        full = {"config": disabled | {f"ml-platform:{key}": v for key, v in config.items()}}
        path = self.directory / f"Pulumi.{stack}.yaml"
        path.write_text(yaml.safe_dump(full, sort_keys=False), encoding="utf-8")
        levels = self.directory / "policies" / "levels" / f"{stack}.json"
        levels.write_text(json.dumps(LEVELS), encoding="utf-8")

    def mlp(self, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line, in a process of its own."""
        return subprocess.run(
            self._command(verb, *words),
            cwd=self.directory,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=self.seconds,
            check=False,
        )

    @contextmanager
    def running(self, verb: str, *words: str) -> Iterator[subprocess.Popen[str]]:
        """The same while it runs; killed if the test leaves it behind."""
        with subprocess.Popen(
            self._command(verb, *words),
            cwd=self.directory,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _command(self, verb: str, *words: str) -> list[str]:
        where = ["--project", str(self.directory)] if verb not in _WITHOUT else []
        return [sys.executable, "-m", "operations.cli", verb, *words, *where]

    def outcome(self, verb: str, stack: str, *words: str, code: int = 0) -> dict[str, Any]:
        """What `--json` says of a run that has to end with this exit code."""
        done = self.mlp(verb, "--stack", stack, "--json", *words)
        assert done.returncode == code, (
            f"{verb} {stack}: {done.returncode}\n{done.stderr}{done.stdout}"
        )
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def kubectl(self, sandbox: str) -> Kubectl:
        """The real kubectl, on one of the project's sandboxes."""
        kubeconfig = self.directory / ".ml-platform" / "sandbox" / sandbox / "kubeconfig"
        return Kubectl(binary=self.kubectl_binary, kubeconfig=kubeconfig)


@contextmanager
def project(directory: Path, kubectl: Path, seconds: float = _SECONDS) -> Iterator[Project]:
    """A project; its sandboxes go with it."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, directory / name)
    (directory / "policies" / "levels").mkdir(parents=True)
    for part in (ROOT / "policies").iterdir():
        if part.name != "levels":
            (directory / "policies" / part.name).symlink_to(part)
    made = Project(directory=directory, kubectl_binary=kubectl, seconds=seconds)
    try:
        yield made
    finally:
        gone = made.mlp("sandbox", "remove", "--all")
        assert gone.returncode == 0, gone.stderr


def short(outcome: Mapping[str, Any]) -> dict[str, list[str]]:
    """The logical names of what changes, by kind of change; component and stack left out."""
    objects = {
        change: sorted(urn.rpartition("::")[2] for urn in urns if not _is_component(urn))
        for change, urns in outcome["changes"].items()
    }
    return {change: names for change, names in objects.items() if names}


def _is_component(urn: str) -> bool:
    return urn.split("::")[2].rpartition("$")[2].startswith("ml-platform:")


def namespaces(kubectl: Kubectl) -> set[str]:
    """Every namespace but Kubernetes' own."""
    listed = kubectl.json("get", "namespaces")["items"]
    return {item["metadata"]["name"] for item in listed} - _BUILT_IN


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PULUMI_ERROR_OUTPUT_STRING": "true"}
