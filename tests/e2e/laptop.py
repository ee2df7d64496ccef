"""A machine with kind on it and no Docker, and a project whose stacks are made there."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.progress import Steps
from operations.toolchain import STAND_INS, ensure
from tests.e2e.cluster import Kubectl
from tests.e2e.project import Project, project
from tests.e2e.without_docker import MACHINE

STACK_FILE = Path(__file__).parents[1] / "data" / "stacks" / "kind.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What kind and docker keep, where both are stand-ins."""

    folder: Path

    @property
    def clusters(self) -> set[str]:
        """What `kind get clusters` tells."""
        folder = self.folder / "clusters"
        return {each.name for each in folder.iterdir()} if folder.exists() else set()

    @property
    def containers(self) -> dict[str, Any]:
        """Those that are no nodes."""
        return self._kept("containers")

    @property
    def networks(self) -> dict[str, Any]:
        return self._kept("networks")

    def document(self, cluster: str) -> dict[str, Any]:
        """The configuration that kind was given."""
        text = (self.folder / "clusters" / cluster / "cluster.json").read_text("utf-8")
        said: dict[str, Any] = json.loads(text)
        return said

    def kubeconfig(self, cluster: str) -> Path:
        return self.folder / "clusters" / cluster / "kubeconfig"

    def delete(self, cluster: str) -> None:
        """What somebody does who needs the memory."""
        subprocess.run(["kind", "delete", "cluster", "--name", cluster], timeout=60, check=True)

    def _kept(self, kind: str) -> dict[str, Any]:
        paths = (self.folder / kind).glob("*.json")
        return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


@contextmanager
def machine(base: Path, program: str) -> Iterator[Machine]:
    """Put the stand-ins on the PATH; `program` starts and stops what comes up for a cluster."""
    folder, binaries = base / "machine", base / "bin"
    for each in (folder, binaries):
        each.mkdir()
    (folder / "info.json").write_text(json.dumps(MACHINE), encoding="utf-8")
    with Steps() as steps:
        stand_in = ensure(STAND_INS, steps)["kind-without-docker"]
    for name in ("kind", "docker"):
        (binaries / name).symlink_to(stand_in)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(binaries), prepend=":")
        patch.setenv("KIND_WITHOUT_DOCKER", str(folder))
        patch.setenv("CLUSTER_PROGRAM", program)
        patch.setenv("XDG_STATE_HOME", str(base / "claims"))
        yield Machine(folder=folder)


@dataclass(frozen=True, kw_only=True, slots=True)
class Laptop:
    """A project with one stack, or more, and the machine that they are made on."""

    machine: Machine
    project: Project

    def kubectl(self, stack: str) -> Kubectl:
        kubeconfig = self.machine.kubeconfig(cluster_of(stack))
        return Kubectl(binary=self.project.kubectl_binary, kubeconfig=kubeconfig)

    def add(self, stack: str, **cluster: Any) -> None:
        """The stack file of the tests under another name, with other keys of the cluster."""
        said = yaml.safe_load(STACK_FILE.read_text("utf-8"))
        said["config"]["ml-platform:platform"]["cluster"] |= cluster
        path = self.project.directory / f"Pulumi.{stack}.yaml"
        path.write_text(yaml.safe_dump(said), encoding="utf-8")


@contextmanager
def laptop(base: Path, tools: Mapping[str, Path]) -> Iterator[Laptop]:
    """Both; whatever stacks are left are destroyed."""
    for folder in (base / "state", base / "project"):
        folder.mkdir()
    program = f"{sys.executable} -m tests.e2e.without_docker"
    with machine(base, program) as there, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_HOME", str(base / "pulumi"))
        patch.setenv("PULUMI_BACKEND_URL", (base / "state").as_uri())
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
        patch.setenv("KUBECONFIG", str(base / "nowhere"))
        with project(base / "project", tools["kubectl"]) as place:
            shutil.copy(STACK_FILE, place.directory / "Pulumi.kind.yaml")
            yield Laptop(machine=there, project=place)
            for name in there.clusters:
                there.delete(name)


def cluster_of(stack: str) -> str:
    """How the cluster of a stack is called."""
    return f"ml-platform-{stack}"
