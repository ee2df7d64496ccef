"""A sandbox of a test's own, to be broken and mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from operations.sandbox import TOOLS, Sandbox, SandboxSpec, processes, remove, start, stop
from operations.sandbox.layout import Layout
from tests.e2e.cluster import Kubectl, a_spec, quietly
from tests.leftovers import working_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Lab:
    """A directory for one sandbox, and the tools to run it."""

    directory: Path
    tools: Mapping[str, Path]

    def start(self, spec: SandboxSpec | None = None) -> Sandbox:
        wanted = spec or a_spec("lab")
        return quietly(lambda steps: start(self.directory, wanted, self.tools, steps))

    def stop(self) -> bool:
        return quietly(lambda steps: stop(self.directory, steps))

    def remove(self) -> bool:
        return quietly(lambda steps: remove(self.directory, steps))

    def kubectl(self) -> Kubectl:
        return Kubectl(binary=self.tools["kubectl"], kubeconfig=self.directory / "kubeconfig")

    def pids(self) -> dict[str, int]:
        layout = Layout(directory=self.directory)
        found = {name: processes.find(layout, name) for name in TOOLS}
        return {name: process.pid for name, process in found.items() if process}

    def processes(self) -> set[int]:
        """Every process that works in the sandbox's directory, recorded or not."""
        return working_in(self.directory)
