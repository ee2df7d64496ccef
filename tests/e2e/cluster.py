"""The sandbox that end-to-end tests use, and a `kubectl` that speaks to it."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

from assurance.graph.values import Pool, Shape, Taint
from operations.progress import Steps
from operations.sandbox import SandboxSpec

T = TypeVar("T")

_GIB = 2**30
_SECONDS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Kubectl:
    """The real kubectl, bounded in time, as the sandbox's administrator or as somebody else."""

    binary: Path
    kubeconfig: Path
    identity: tuple[str, ...] = ()

    def __call__(self, *words: str, manifests: Sequence[Mapping[str, Any]] = ()) -> str:
        """Run it; whatever it refuses fails the test with what it said."""
        done = self.run(*words, manifests=manifests)
        assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr}"
        return done.stdout

    def run(
        self, *words: str, manifests: Sequence[Mapping[str, Any]] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run it, whatever comes of it."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
        return subprocess.run(
            [self.binary, f"--kubeconfig={self.kubeconfig}", *self.identity, *words],
            input=json.dumps(listed) if manifests else None,
            stdin=None if manifests else subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )

    def json(self, *words: str) -> Any:
        """What it prints, as data."""
        return json.loads(self(*words, "-o", "json"))

    def apply(self, *manifests: Mapping[str, Any]) -> str:
        """Server-side apply."""
        return self("apply", "--server-side", "-f", "-", manifests=manifests)

    def refused(self, *words: str, manifests: Sequence[Mapping[str, Any]] = ()) -> str:
        """Run what must be refused, and return what the API server says."""
        done = self.run(*words, manifests=manifests)
        assert done.returncode != 0, f"kubectl {' '.join(words)} was not refused: {done.stdout}"
        return done.stderr

    def impersonating(self, user: str, *groups: str) -> "Kubectl":
        """The same, as a member of a team."""
        flags = (f"--as={user}", *(f"--as-group={group}" for group in groups))
        return Kubectl(binary=self.binary, kubeconfig=self.kubeconfig, identity=flags)


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until it holds; a test that waits in vain fails."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not even after {seconds:.0f} s"
        time.sleep(0.05)


def quietly(act: Callable[[Steps], T]) -> T:
    """Do something that shows its steps, without showing them."""
    with Steps(StringIO()) as steps:
        return act(steps)


def a_spec(name: str = "e2e", **changes: Any) -> SandboxSpec:
    """Three general nodes in two zones, and one with four GPUs that only tolerant pods may use."""
    general = Pool(
        name="general",
        shape=Shape(cpu=16_000, memory=64 * _GIB),
        min=3,
        max=5,
        zones=("zone-a", "zone-b"),
        labels={"ml-platform/pool": "general"},
    )
    gpu = Pool(
        name="gpu",
        shape=Shape(cpu=8_000, memory=32 * _GIB, gpu=4, gpu_type="nvidia.com/gpu"),
        min=1,
        max=1,
        labels={"ml-platform/pool": "gpu"},
        taints=(Taint(key="nvidia.com/gpu", value="present"),),
    )
    fields: dict[str, Any] = {
        "name": name,
        "pools": (general, gpu),
        "pods": ip_network("10.128.0.0/14"),
        "services": ip_network("10.96.0.0/16"),
        "nodes": ip_network("192.168.0.0/20"),
        "storage_class": "standard",
    }
    return SandboxSpec(**(fields | changes))
