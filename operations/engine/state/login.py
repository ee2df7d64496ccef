"""How the engine is led to another backend for one operation, and logged in there."""

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from operations.engine.state.checkpoint import encoded, put
from operations.engine.state.place import ORGANISATION

_PERIOD = "5"
"""Milliseconds for which the engine gathers entries; a step waits until its own are on the disk."""


@contextlib.contextmanager
def logged_in(address: str, token: str) -> Iterator[dict[str, str]]:
    """The environment; the token is in a file of its own, which goes when the operation ends.

    In a variable it would be inherited by every plugin, and the engine would write it down beside
    the person's own logins.
    """
    account = {
        "accessToken": token,
        "username": ORGANISATION,
        "organizations": [ORGANISATION],
        "lastValidatedAt": datetime.now(UTC).isoformat(),
    }
    said = {"current": address, "accessTokens": {address: token}, "accounts": {address: account}}
    with tempfile.TemporaryDirectory(prefix="ml-platform-login-") as directory:
        put(Path(directory) / "credentials.json", encoded(said))
        yield {
            "PULUMI_BACKEND_URL": address,
            "PULUMI_CREDENTIALS_PATH": directory,
            "PULUMI_CREDENTIAL_STORE": "plaintext",
            "PULUMI_DEFAULT_ORGANIZATION": ORGANISATION,
            "PULUMI_JOURNALING_BATCH_PERIOD": _PERIOD,
        }
