"""The engine as a child process that this program, and nobody else, interrupts."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from operations.engine.guard import EngineKilledError, Guard, end_session
from operations.toolchain import version

OnLine = Callable[[str], object]


class EngineCommand(PulumiCommand):
    """The Automation API's command, in a session of its own.

    A terminal's Ctrl-C reaches every process of the foreground group at once, the plugins as well.
    Here it reaches only us, and `interrupt` passes it on: first politely, so that what is under way
    is finished and recorded, then less so.
    """

    def __init__(self, binary: Path, environment: Mapping[str, str], guard: Guard) -> None:
        self.command = str(binary)
        self.version = VersionInfo.parse(version("pulumi"))
        self._environment = environment
        self._guard = guard
        self._leading: Mapping[str, str] = {}
        self._running: subprocess.Popen[str] | None = None
        self._interrupts = 0

    @property
    def pid(self) -> int | None:
        """The engine that is running now."""
        return self._running.pid if self._running else None

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> CommandResult:
        """Run one command to its end; raise what the Automation API would.

        Plugins leave files behind where temporary ones go, kubeconfigs among them; so that place is
        removed with the command.
        """
        with (
            tempfile.TemporaryDirectory(prefix="mlp-", ignore_cleanup_errors=True) as scratch,
            subprocess.Popen(  # noqa: S603 - the engine, no shell
                [self.command, "--non-interactive", *args],
                cwd=cwd,
                env=self._variables(additional_env, scratch),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
                pass_fds=(self._guard.descriptor,),
            ) as child,
        ):
            self._running = child
            self._guard.started(child.pid)
            try:
                errors: list[str] = []
                reader = threading.Thread(
                    target=_read, args=(child.stderr, on_error, errors), daemon=True
                )
                reader.start()
                output: list[str] = []
                _read(child.stdout, on_output, output)
                reader.join()
                code = child.wait()
            finally:
                self._running = None
                self._interrupts = 0
        if code < 0:
            end_session(child.pid)
            raise EngineKilledError(-code)
        result = CommandResult(stdout="\n".join(output), stderr="\n".join(errors), code=code)
        if code != 0:
            raise create_command_error(result)
        return result

    @contextlib.contextmanager
    def led(self, environment: Mapping[str, str]) -> Iterator[None]:
        """Lead the engine to another backend than its own for as long as a block runs."""
        self._leading = environment
        try:
            yield
        finally:
            self._leading = {}

    def _variables(self, additional: Mapping[str, str], scratch: str) -> dict[str, str]:
        own = {"PULUMI_AUTOMATION_API": "true", "TMPDIR": scratch}
        return {**self._environment, **additional, **self._leading, **own}

    def interrupt(self) -> str | None:
        """Ask the running engine to stop; say what will happen. None: nothing is running."""
        child = self._running
        if child is None:
            return None
        self._interrupts += 1
        if self._interrupts == 1:
            child.send_signal(signal.SIGINT)
            return "stopping: waiting for what is under way (interrupt again to stop at once)"
        if self._interrupts == 2:  # noqa: PLR2004 - the second time
            child.send_signal(signal.SIGINT)
            return "stopping at once (interrupt again to kill the engine)"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        return "killed; the next run recovers what was under way"


def _read(stream: Iterable[str] | None, each: OnLine | None, lines: list[str]) -> None:
    for line in stream or ():
        lines.append(line.rstrip())
        if each:
            each(lines[-1])
