"""The environment variables under which the engine runs; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_QUIET = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_SUPPRESS_NEO_LINK": "true",
}
_FAST = {"GOGC": "400"}
"""An operation is short: engine and plugins need not clear up after themselves so often."""
_ALONE = {
    **_QUIET,
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
    "PULUMI_CREDENTIAL_STORE": "plaintext",
    "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
}
_NO_SIDECARS = "?metadata=skip"
"""Beside every state file the backend keeps one with attributes, and that one it does not replace
at once: an engine killed in the middle leaves it empty, and the state cannot be read any more.
"""
_SECRETS = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """Where a hermetic run finds and keeps everything."""

    home: Path
    """The engine's own directory: plugins, nothing of the person's."""
    state: Path
    kubeconfig: Path
    passphrase: Path | None
    """A file; None where the person's own passphrase decides."""


def shared(ambient: Mapping[str, str], root: Path, python: str) -> dict[str, str]:
    """A person's own stack: their login, backend and secrets; only noise is turned off."""
    return {**_FAST, **ambient, **_QUIET, **_program(ambient, root, python)}


def hermetic(ambient: Mapping[str, str], root: Path, python: str, seat: Seat) -> dict[str, str]:
    """A sandbox's stack: nothing of the person's own Pulumi is read or written."""
    kept = {
        name: value
        for name, value in ambient.items()
        if not name.startswith("PULUMI_") or (name in _SECRETS and seat.passphrase is None)
    }
    return {
        **_FAST,
        **kept,
        **_ALONE,
        **_program(ambient, root, python),
        "PULUMI_HOME": str(seat.home),
        "PULUMI_BACKEND_URL": f"{seat.state.as_uri()}{_NO_SIDECARS}",
        "KUBECONFIG": str(seat.kubeconfig),
        **({"PULUMI_CONFIG_PASSPHRASE_FILE": str(seat.passphrase)} if seat.passphrase else {}),
    }


def _program(ambient: Mapping[str, str], root: Path, python: str) -> dict[str, str]:
    """What Python plugins need: the interpreter that runs us, and the project's own modules."""
    paths = [str(root), *filter(None, ambient.get("PYTHONPATH", "").split(":"))]
    return {"PULUMI_PYTHON_CMD": python, "PYTHONPATH": ":".join(paths)}
