"""A stack on kind, by the real engine; in place of Docker's containers stands a sandbox."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from operations.progress import Steps
from operations.toolchain import STAND_INS, ensure
from tests.e2e.cluster import Kubectl
from tests.e2e.project import Project, namespaces, project, short
from tests.e2e.without_docker import MACHINE

pytestmark = pytest.mark.e2e

STACK = "kind"
CLUSTER = f"ml-platform-{STACK}"
STACK_FILE = Path(__file__).parents[1] / "data" / "stacks" / "kind.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Laptop:
    """A machine with kind on it, and a project with one stack."""

    machine: Path
    project: Project

    @property
    def clusters(self) -> set[str]:
        """What `kind get clusters` tells."""
        folder = self.machine / "clusters"
        return {each.name for each in folder.iterdir()} if folder.exists() else set()

    @property
    def cluster(self) -> dict[str, Any]:
        """The configuration that kind was given."""
        text = (self.machine / "clusters" / CLUSTER / "cluster.json").read_text("utf-8")
        said: dict[str, Any] = json.loads(text)
        return said

    @property
    def kubectl(self) -> Kubectl:
        kubeconfig = self.machine / "clusters" / CLUSTER / "kubeconfig"
        return Kubectl(binary=self.project.kubectl_binary, kubeconfig=kubeconfig)

    def delete_behind_our_back(self) -> None:
        """What somebody does who needs the memory."""
        subprocess.run(["kind", "delete", "cluster", "--name", CLUSTER], timeout=60, check=True)

    def outcome(self, verb: str, *words: str, code: int = 0) -> dict[str, Any]:
        return self.project.outcome(verb, STACK, *words, code=code)


@pytest.fixture(scope="module")
def laptop(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    base = tmp_path_factory.mktemp("laptop")
    machine, binaries = base / "machine", base / "bin"
    for folder in (machine, binaries, base / "state", base / "project"):
        folder.mkdir()
    (machine / "info.json").write_text(json.dumps(MACHINE), encoding="utf-8")
    with Steps() as steps:
        stand_in = ensure(STAND_INS, steps)["kind-without-docker"]
    for name in ("kind", "docker"):
        (binaries / name).symlink_to(stand_in)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(binaries), prepend=":")
        patch.setenv("KIND_WITHOUT_DOCKER", str(machine))
        patch.setenv("CLUSTER_PROGRAM", f"{sys.executable} -m tests.e2e.without_docker")
        patch.setenv("XDG_STATE_HOME", str(base / "claims"))
        patch.setenv("PULUMI_HOME", str(base / "pulumi"))
        patch.setenv("PULUMI_BACKEND_URL", (base / "state").as_uri())
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
        patch.setenv("KUBECONFIG", str(base / "nowhere"))
        with project(base / "project", tools["kubectl"]) as place:
            shutil.copy(STACK_FILE, place.directory / f"Pulumi.{STACK}.yaml")
            made = Laptop(machine=machine, project=place)
            yield made
            for name in made.clusters:
                place.mlp("destroy", "--stack", STACK, "--yes")
                assert name not in made.clusters


def test_a_stack_on_kind_lives_from_its_first_preview_to_its_end(laptop: Laptop) -> None:
    promised = short(laptop.outcome("preview"))
    assert "cluster-nodes" in promised["create"]
    assert laptop.clusters == set()

    assert short(laptop.outcome("up", "--yes")) == promised
    assert laptop.clusters == {CLUSTER}
    assert namespaces(laptop.kubectl) >= {"ads", "fraud"}
    assert laptop.outcome("preview", "--expect-no-changes")["changes"] == {}
    offers = laptop.kubectl.json("get", "nodes", "--selector", "ml-platform/pool=gpu")["items"]
    assert [node["status"]["allocatable"]["nvidia.com/gpu"] for node in offers] == ["2"]
    assert {node["status"]["allocatable"]["cpu"] for node in offers} == {"2"}

    laptop.delete_behind_our_back()
    laptop.outcome("refresh")
    again = short(laptop.outcome("preview"))
    assert {"ads-deployment-shop", "cluster-nodes", "fraud-namespace-fraud"} <= set(again["create"])
    assert {"ads-ready", "fraud-ready"} <= set(again["update"])
    assert short(laptop.outcome("up", "--yes")) == again
    assert laptop.outcome("preview", "--expect-no-changes")["changes"] == {}

    laptop.outcome("destroy", "--yes")
    assert laptop.clusters == set()
