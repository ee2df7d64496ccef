"""The command lines of kind and Docker, run with a deadline and no shell."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

_QUICK = 60.0
_TAIL = 20
"""Lines of what a command said that are worth repeating."""

_HOW = {
    "kind": "install kind: https://kind.sigs.k8s.io/docs/user/quick-start",
    "docker": "install Docker, and let this user talk to it",
}


class CommandError(Exception):
    """A command that is not there, took too long, or failed; in words for whoever ran `up`."""


def run(*words: str, text: str | None = None, seconds: float = _QUICK) -> str:
    """What a command prints; its input goes through standard input, never its arguments."""
    name = words[0]
    try:
        ended = subprocess.run(  # noqa: S603 - kind or docker, no shell
            words, input=text, capture_output=True, text=True, timeout=seconds, check=False
        )
    except FileNotFoundError:
        message = f"{name} is not on the PATH; {_HOW[name]}"
        raise CommandError(message) from None
    except subprocess.TimeoutExpired:
        message = f"{' '.join(words[:3])}: no end after {seconds:.0f} s"
        raise CommandError(message) from None
    if ended.returncode != 0:
        said = "\n".join(ended.stderr.strip().splitlines()[-_TAIL:])
        message = f"{' '.join(words[:3])} ended with {ended.returncode}:\n{said}"
        raise CommandError(message)
    return ended.stdout


def docker_json(*words: str) -> Any:
    """What Docker says, as values."""
    return json.loads(run("docker", *words, "--format", "{{json .}}"))


def exists(*words: str) -> bool:
    """Whether Docker knows a thing that `inspect` is asked for."""
    try:
        run("docker", *words)
    except CommandError as error:
        if "No such" in str(error) or "not found" in str(error):
            return False
        raise
    return True


def clusters() -> list[str]:
    """The names of this machine's kind clusters."""
    return run("kind", "get", "clusters").split("\n")[:-1]


def machine_facts() -> Mapping[str, Any]:
    """What Docker says of the machine that its containers run on."""
    facts: Mapping[str, Any] = docker_json("info")
    return facts
