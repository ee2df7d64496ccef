"""What a real kind cluster needs of this machine, and how the machine is left behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from components import machine
from operations.toolchain.go import installed
from providers.config.node_images import NODE_IMAGES

ROOT = Path(__file__).parents[2]
VERSION = "1.35"
LACKS = 3
"""The exit code where something is missing."""
_BUILD, _PULL = 3600, 1800
_KERNEL = (
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)
"""What kubelets set for the whole machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nodes:
    """What nodes are made from."""

    kind: Path
    image: str


class LacksError(Exception):
    """What this machine lacks, with a remedy; one line each."""

    def __str__(self) -> str:
        return f"no cluster of kind can be made here:\n{super().__str__()}"


def nodes() -> Nodes:
    """Everything at hand, or all that is missing."""
    missing = []
    if os.geteuid() != 0:
        missing.append("root: kubelets change the kernel's settings, and they are put back after")
    if (docker := _said("docker", "info", "--format", "{{.ServerVersion}}")) is not None:
        missing.append(f"docker: {docker or 'no answer'}; start dockerd, then try again")
    if installed((1, 22)) is None:
        missing.append("go: 1.22 or newer compiles what runs in the pods; put it on the PATH")
    lab = _lab()
    if lab is None and shutil.which("kind") is None:
        missing.append("kind: https://kind.sigs.k8s.io/docs/user/quick-start")
    if missing:
        raise LacksError("\n".join(missing))
    return _built(lab) if lab else _official()


def _lab() -> Path | None:
    """The script that builds a node image where no registry of images can be reached."""
    shared = Path(os.environ.get("ML_PLATFORM_SHARED") or ROOT.parent / "shared")
    script = shared / "kind-lab" / "kind-lab.sh"
    return script if script.is_file() else None


def _built(script: Path) -> Nodes:
    folder = Path(os.environ.get("LAB") or machine.directory() / "kind-lab")
    done = subprocess.run(
        [script, "build"],
        env={**os.environ, "LAB": str(folder)},
        timeout=_BUILD,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    images = _lines("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "lab/node")
    if done.returncode != 0 or not images:
        message = f"image: {script} build ended with {done.returncode}, and {len(images)} images"
        raise LacksError(message)
    return Nodes(kind=folder / "bin" / "kind", image=images[0])


def _official() -> Nodes:
    image = NODE_IMAGES[VERSION]
    if _said("docker", "image", "inspect", image) is not None:
        said = _said("docker", "pull", "--quiet", image, seconds=_PULL)
        if said is not None:
            message = f"image: {image} is not here and cannot be pulled: {said}"
            raise LacksError(message)
    found = shutil.which("kind")
    assert found
    return Nodes(kind=Path(found), image=image)


def things() -> dict[str, set[str]]:
    """Everything that Docker keeps."""
    listings = {
        "containers": ("ps", "--all", "--no-trunc"),
        "networks": ("network", "ls", "--no-trunc"),
        "volumes": ("volume", "ls"),
    }
    return {what: set(_lines("docker", *words, "-q")) for what, words in listings.items()}


@contextmanager
def kernel_kept() -> Iterator[None]:
    """Put back the settings of the kernel that kubelets write."""
    paths = [path for name in _KERNEL if (path := Path("/proc/sys") / name).exists()]
    before = {path: path.read_text("ascii") for path in paths}
    try:
        yield
    finally:
        for path, text in before.items():
            path.write_text(text, "ascii")


@contextmanager
def only_kind(nodes: Nodes, folder: Path) -> Iterator[None]:
    """This kind, and nothing else of where it lies, comes first on the PATH."""
    (folder / "kind").symlink_to(nodes.kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=":")
        yield


def _said(*words: str, seconds: float = 60) -> str | None:
    """None where a command succeeds, else what it said."""
    try:
        done = subprocess.run(
            words, timeout=seconds, check=False, capture_output=True, encoding="utf-8"
        )
    except FileNotFoundError:
        return f"{words[0]} is not on the PATH"
    except subprocess.TimeoutExpired:
        return f"no answer after {seconds:.0f} s"
    return None if done.returncode == 0 else done.stderr.strip()


def output(*words: str) -> str:
    """What a command prints; whatever it refuses fails the test."""
    done = subprocess.run(words, timeout=300, check=False, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def _lines(*words: str) -> list[str]:
    return output(*words).split()


if __name__ == "__main__":
    try:
        nodes()
    except LacksError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(LACKS)
