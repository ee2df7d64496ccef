"""Small programs of the tests' own, run by the real engine against the sandbox.

Each run is a process of its own: a program that fails leaves event loops and sockets behind.
`python -m tests.e2e.programs OPERATION DIRECTORY OPTIONS` is that process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation.errors import CommandError

from operations.engine.environment import hermetic
from operations.engine.events import Run
from operations.engine.program import inline_program
from operations.engine.workspace import PLUGIN, Workspace, install_plugin
from operations.progress import Steps
from operations.sandbox import Sandbox
from operations.toolchain import ENGINE, ensure, version

ROOT = Path(__file__).parents[2]
_SECONDS = 300

_PREAMBLE = """
import json
import os
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes

KUBECONFIG = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
CLUSTER = kubernetes.Provider("cluster", kubeconfig=KUBECONFIG, cluster_identifier="e2e")
MANIFESTS = json.loads({manifests!r})


def register(manifest, *after):
    api = manifest["apiVersion"]
    token = f"kubernetes:{{api if '/' in api else f'core/{{api}}'}}:{{manifest['kind']}}"
    name = f"{{manifest['metadata']['name']}}-{{manifest['kind']}}".lower()
    options = pulumi.ResourceOptions(provider=CLUSTER, depends_on=list(after))
    return pulumi.CustomResource(token, name, dict(manifest), options)


"""


@dataclass(kw_only=True, slots=True)
class Programs:
    """A stack whose program the test changes between runs."""

    sandbox: Sandbox
    directory: Path
    policies: tuple[str, ...] = ()

    def write(self, program: str, manifests: Iterable[Mapping[str, Any]]) -> None:
        """The program: `register` and `MANIFESTS` are at hand."""
        preamble = _PREAMBLE.format(manifests=json.dumps(list(manifests)))
        (self.directory / "__main__.py").write_text(preamble + program)

    def run(self, operation: str, **options: Any) -> str:
        """What the engine says; it has to succeed."""
        done = self._run(operation, options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def failing(self, operation: str, **options: Any) -> str:
        """What the engine says; it has to fail."""
        done = self._run(operation, options)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout

    def judged(self, operation: str, **options: Any) -> list[dict[str, Any]]:
        """What the policy pack objects to, as the engine's own events say it."""
        file = self.directory / "violations.json"
        self._run(operation, {**options, "violations": str(file)})
        said: list[dict[str, Any]] = json.loads(file.read_text())
        return said

    def state(self) -> Any:
        """The stack's state."""
        return json.loads(self.run("export"))

    def pulumi(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line itself."""
        return self._spawn([str(self.directory / "bin" / "pulumi"), *words])

    def _run(self, operation: str, options: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        if self.policies and operation in {"preview", "up"}:
            options = {**options, "policy_packs": list(self.policies)}
        words = (operation, str(self.directory), json.dumps(options))
        return self._spawn([sys.executable, "-m", __name__, *words])

    def _spawn(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        place = Workspace(directory=self.directory)
        seat = place.seat(self.sandbox.kubeconfig, own_key=True)
        return subprocess.run(
            command,
            cwd=ROOT,
            env=hermetic(os.environ, ROOT, sys.executable, seat),
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )


@contextmanager
def opened(sandbox: Sandbox, directory: Path) -> Iterator[Programs]:
    """A stack of its own; whatever is left of it is destroyed."""
    with Steps() as steps:
        tools = ensure(ENGINE, steps)
    place = Workspace(directory=directory / "engine")
    place.create(sandbox.uid)
    install_plugin(place.home, tools[PLUGIN], version(PLUGIN))
    # The Automation API wants an installation: a directory with `bin/pulumi`.
    (place.directory / "bin").mkdir()
    (place.directory / "bin" / "pulumi").symlink_to(tools["pulumi"])
    made = Programs(sandbox=sandbox, directory=place.directory)
    made.write("", ())
    try:
        yield made
    finally:
        made.run("destroy")


def main(operation: str, directory: Path, options: Mapping[str, Any]) -> int:
    """One operation on the stack; 1 if the engine fails."""
    place = Workspace(directory=directory)
    workspace = automation.LocalWorkspaceOptions(
        work_dir=str(place.work),
        pulumi_home=str(place.home),
        pulumi_command=automation.PulumiCommand(root=str(directory), skip_version_check=True),
    )
    stack = automation.create_or_select_stack(
        "e2e",
        project_name="ml-platform",
        program=inline_program(directory, version(PLUGIN)),
        opts=workspace,
    )
    run, wanted = Run(), dict(options)
    file = wanted.pop("violations", None)
    try:
        if operation == "export":
            print(json.dumps(stack.export_stack().deployment))  # noqa: T201 - the answer
        else:
            on_event = {"on_event": lambda event: run.apply(event, 0)} if file else {}
            print(getattr(stack, operation)(**on_event, **wanted).stdout)  # noqa: T201 - the answer
    except CommandError as error:
        print(error)  # noqa: T201 - the answer
        return 1
    finally:
        if file:
            Path(file).write_text(json.dumps([asdict(each) for each in run.violations]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])))
