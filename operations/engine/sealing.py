"""What seals a sandbox's state: a passphrase of its own, until a person brings one."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from components.config import StackFile
from operations.engine.state import keeper_of
from operations.engine.workspace import Workspace, salt_of
from operations.errors import UserError
from operations.toolchain import version

_CHANGE = ("--non-interactive", "stack", "change-secrets-provider", "passphrase", "--stack")
_WORDS, _FILE = "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"


def sealed_by_a_person(file: StackFile, workspace: Workspace) -> bool:
    """Whether only a person's passphrase, or key, opens the stack file or the state."""
    passphrase = salt_of(file.path.read_text("utf-8")) or workspace.handed_over()
    if passphrase and not (os.environ.get(_WORDS) or os.environ.get(_FILE)):
        values = ", ".join(sorted(file.secret_keys)) or "state"
        message = (
            f"{file.path.name} is sealed with a passphrase ({values}); "
            f"set {_WORDS} or {_FILE} to open it"
        )
        raise UserError(message)
    return bool(file.secret_keys or passphrase)


def hand_over(
    workspace: Workspace, pulumi: Path, environment: Mapping[str, str], note: Callable[[str], None]
) -> None:
    """Seal every state of the sandbox anew, with the person's passphrase in place of its own.

    The engine opens a state and a stack file with one passphrase, so the first encrypted value of a
    stack file would shut out the state of a stack that is deployed already.
    """
    phrase = _phrase()
    for stack in workspace.stacks():
        keeper = keeper_of(stack, workspace.work, environment, f"v{version('pulumi')}", note)
        if keeper:
            keeper.settle()
        done = subprocess.run(  # noqa: S603 - the engine, no shell
            [pulumi, *_CHANGE, stack],
            cwd=workspace.work,
            env=dict(environment),
            input=f"{phrase}\n",
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode != 0:
            message = f"the state of stack {stack} cannot be sealed anew: {done.stderr.strip()}"
            raise UserError(message)
    workspace.key.unlink()
    note("the sandbox's state is sealed with your passphrase from now on")


def _phrase() -> str:
    """As the engine finds it: the variable before the file."""
    words = os.environ.get(_WORDS)
    if words is None:
        words = Path(os.environ[_FILE]).read_text("utf-8").strip()
    if words != words.strip() or "\n" in words:
        message = f"{_WORDS}: one line without blanks around it is needed, to seal the state anew"
        raise UserError(message)
    return words
