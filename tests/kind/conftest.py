"""One machine with Docker, and a project whose stacks are made there by the real kind."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.progress import Steps
from operations.toolchain import CONTROL_PLANE, ensure
from tests.e2e.cluster import Kubectl
from tests.e2e.laptop import STACK_FILE, cluster_of
from tests.e2e.project import Project, project
from tests.kind import images, machine

_SECONDS = 1200


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A project, and what its clusters' nodes are made from."""

    project: Project
    image: str
    """Of the nodes."""
    folder: Path
    talk: bytes = field(repr=False)
    """The program that runs in the pods."""

    def write(self, stack: str, teams: Any = None, **cluster: Any) -> None:
        """The stack file of the tests, with this machine's node image and maybe other teams."""
        said = yaml.safe_load(STACK_FILE.read_text("utf-8"))
        config = said["config"]
        config["ml-platform:platform"]["cluster"] |= {"image": self.image, **cluster}
        config["ml-platform:teams"] = teams or config["ml-platform:teams"]
        path = self.project.directory / f"Pulumi.{stack}.yaml"
        path.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")

    def kubectl(self, stack: str) -> Kubectl:
        """The real kubectl, as the cluster's administrator."""
        path = self.folder / f"{stack}.kubeconfig"
        path.touch(mode=0o600)
        path.write_text(machine.output("kind", "get", "kubeconfig", "--name", cluster_of(stack)))
        return Kubectl(binary=self.project.kubectl_binary, kubeconfig=path)


@pytest.fixture(scope="session")
def nodes() -> machine.Nodes:
    """What this machine lacks is said once, and nothing is tried."""
    try:
        return machine.nodes()
    except machine.LacksError as error:
        pytest.exit(str(error), returncode=machine.LACKS)


@pytest.fixture(scope="session")
def place(nodes: machine.Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    base = tmp_path_factory.mktemp("kind")
    for folder in ("bin", "state", "project", "image"):
        (base / folder).mkdir()
    talk = images.program("talk", base / "image")
    images.keep(images.TALK, "talk", {"talk": talk})
    with Steps() as steps:
        kubectl = ensure(CONTROL_PLANE, steps)["kubectl"]
    with (
        machine.kernel_kept(),
        machine.only_kind(nodes, base / "bin"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("XDG_STATE_HOME", str(base / "claims"))
        patch.setenv("PULUMI_HOME", str(base / "pulumi"))
        patch.setenv("PULUMI_BACKEND_URL", (base / "state").as_uri())
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
        patch.setenv("KUBECONFIG", str(base / "nowhere"))
        with project(base / "project", kubectl, _SECONDS) as made:
            yield Place(project=made, image=nodes.image, folder=base, talk=talk)
            for path in made.directory.glob("Pulumi.?*.yaml"):
                stack = path.stem.removeprefix("Pulumi.")
                made.mlp("destroy", "--stack", stack, "--yes")  # what a failed test has left
                machine.output("kind", "delete", "cluster", "--name", cluster_of(stack))
    machine.output("docker", "rmi", images.TALK)
    shutil.rmtree(base / "image")
